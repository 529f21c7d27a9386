#!/bin/sh
# Make .venv from the hashed lock: by uv where the registry gives it, else by pip on the same lock.
#
# Takes the Pythons to try, best first. Debian's own comes before another on the path: it is built
# with profile-guided optimisation, which one compiled by hand often is not, and takes two thirds of
# its time.
set -eu
lock=requirements/local.txt

is_right() { "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; }

make_venv() {
    right=
    for python in "$@"; do
        is_right "$python" || continue
        right=$python
        # Debian keeps what venv needs in a package of its own, which may be absent.
        "$python" -m venv .venv >/dev/null 2>&1 && return
        rm -rf .venv
    done
    if [ -z "$right" ]; then
        echo "frozenfood: Python 3.11 is needed; make run PYTHON=/path/to/python3.11" >&2
    else
        echo "frozenfood: no virtual environment could be made (Debian: apt-get install python3-venv)." >&2
    fi
    exit 1
}

[ -x .venv/bin/python ] || make_venv "$@"

if .venv/bin/python -m pip install -q --disable-pip-version-check uv==0.13.9 2>.venv/install.log &&
    .venv/bin/uv pip install -q --python .venv/bin/python --require-hashes -r "$lock" 2>>.venv/install.log; then
    exit 0
fi
if .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock" 2>>.venv/install.log; then
    exit 0
fi
tail -n 3 .venv/install.log >&2
echo "frozenfood: the packages of $lock could not be installed; is there a network and disk space?" >&2
exit 1
