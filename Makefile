# The shop's commands. `make run` and `make test` need nothing but Debian, Python 3.11 and a registry.
.DEFAULT_GOAL := help
.PHONY: help run test test-deep check bench lock messages venv browser

PYTHON ?= python3
BIN := .venv/bin
THROW_AWAY := $(BIN)/python -m tools.services --ephemeral --
PYTEST := $(THROW_AWAY) $(BIN)/python -m pytest
# Arguments for pytest: make test ARGS="tests/cart -x"
ARGS ?=

help:
	@echo "make run        the whole shop on this machine, with private PostgreSQL and Valkey"
	@echo "make test       the test suite (about 9 minutes on two cores)"
	@echo "make test-deep  full counts of races, fuzzing, crawls and faults"
	@echo "make check      format, lint, layers, types, migrations, translations, Docker files"
	@echo "make bench      the figures, measured beside a peer"
	@echo "make lock       pin the dependencies anew after a change of requirements/*.in"
	@echo "make messages   collect translatable texts into locale/ and compile them"

run: venv
	@$(BIN)/python -m tools.run

test: venv browser
	@$(PYTEST) -n 2 $(ARGS)

test-deep: venv browser
	@DEEP_SCALE=$${DEEP_SCALE:-1.0} $(PYTEST) -n 2 -m deep $(ARGS)

check: venv
	@$(THROW_AWAY) $(BIN)/python -m tools.check

bench: venv
	@$(THROW_AWAY) $(BIN)/python -m bench $(ARGS)

lock: venv
	@for name in base local production; do \
	  $(BIN)/uv pip compile -q --generate-hashes --python-version 3.11.0 \
	    requirements/$$name.in -o requirements/$$name.txt || exit 1; \
	done

messages: venv
	@$(BIN)/python -m tools.messages update
	@$(BIN)/python -m tools.messages compile

browser: venv
	@$(BIN)/python -m tools.browser

venv: .venv/installed

.venv/installed: requirements/local.txt tools/install.sh
	@sh tools/install.sh $(PYTHON)
	@touch $@
