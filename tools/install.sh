#!/bin/sh
# Make .venv from the hashed lock: by uv where the registry gives it, else by pip on the same lock.
set -eu
python=${1:-python3}
lock=requirements/local.txt

"$python" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null || {
    echo "frozenfood: Python 3.11 is needed; make run PYTHON=/path/to/python3.11" >&2
    exit 1
}
[ -x .venv/bin/python ] || "$python" -m venv .venv || {
    echo "frozenfood: no virtual environment could be made (Debian: apt-get install python3-venv)." >&2
    exit 1
}

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
