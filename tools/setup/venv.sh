#!/usr/bin/env bash
# Makes .venv and brings it to the locked packages: "venv.sh run", "venv.sh test" or "venv.sh build".
# A stamp holding the hash of the lock files says that nothing is to be done.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh

purpose="${1:-run}"
case "$purpose" in
  run) files=(requirements/desk.txt requirements/center.txt requirements/demo.txt) ;;
  test) files=(requirements/desk.txt requirements/center.txt requirements/demo.txt requirements/dev.txt) ;;
  build) files=(requirements/build.txt) ;;
  *) fail "unknown purpose: $purpose" ;;
esac
base="${PYTHON:-python3}"
venv="${VENV:-.venv}"
stamp="$venv/.certdesk-$purpose"
now="$(cat "${files[@]}" | sha256sum | cut -d' ' -f1)"

if [ -x "$venv/bin/python" ] && [ "$(cat "$stamp" 2>/dev/null)" = "$now" ]; then
  exit 0
fi
command -v "$base" >/dev/null || fail "python3 is missing; please install Python 3.11, 3.12 or 3.13."
"$base" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' ||
  fail "$("$base" --version) is here; 3.11, 3.12 or 3.13 is needed. Say which: make run PYTHON=python3.12"

if ! "$venv/bin/python" -c 'import pip' 2>/dev/null; then
  say "Making the virtual environment $venv …"
  logged venv "$base" -m venv --clear "$venv"
fi
say "Installing the locked Python packages for \"$purpose\", about 450 MB, a few minutes at most …"
arguments=()
for file in "${files[@]}"; do arguments+=(-r "$file"); done
# --no-deps: the lock is complete; it leaves out "dlib", whose compiled twin dlib-bin stands in (docs/decisions/0001).
logged "pip-$purpose" "$venv/bin/python" -m pip install --disable-pip-version-check --no-input --no-deps --require-hashes --only-binary :all: "${arguments[@]}"
# "test" holds all of "run", so that going from one to the other costs nothing.
printf '%s\n' "$now" >"$stamp"
if [ "$purpose" = test ]; then
  cat requirements/desk.txt requirements/center.txt requirements/demo.txt | sha256sum | cut -d' ' -f1 >"$venv/.certdesk-run"
fi
