#!/usr/bin/env bash
# The built wheel in an environment of its own, far from the checkout: packs and fixtures are found, a check runs, and
# mypy sees the types.
#   tests/shows/wheel.sh WHEEL FOLDER
set -euo pipefail
wheel=$(realpath "$1") folder=$2 here=$(realpath "$(dirname "$0")")
mkdir -p "$folder" && cd "$folder"
"${PYTHON:-python3}" -m venv venv
venv/bin/pip install --quiet "$wheel[demo]"
unset PYTHONPATH
venv/bin/python "$here/wheel_service.py" write pilot
venv/bin/python "$here/wheel_service.py" serve >url & service=$!
trap 'kill $service' EXIT
for _ in $(seq 100); do [ -s url ] && break; sleep 0.1; done
code=0
venv/bin/harness check "$(cat url)" --samples pilot --truth total --out run || code=$?
venv/bin/harness packs list >packs.txt
test "$(grep -c '^[a-z]' packs.txt)" -ge 5
test "$code" = 0
cp "$here/../typed/team_tests.py" .
mypy --strict --config-file= --python-executable venv/bin/python team_tests.py
echo "wheel: $(stat -c %s "$wheel") bytes; a check of a correct service outside the checkout: exit $code"
