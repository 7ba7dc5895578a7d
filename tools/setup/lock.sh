#!/usr/bin/env bash
# Resolves pyproject.toml anew and writes requirements/*.txt: hashes, no addresses (docs/decisions/0002).
# "lock.sh" keeps the versions that still fit; "lock.sh --upgrade" takes the newest. uv's own lock is not kept (it holds addresses):
# without one it is made from requirements/*.txt first.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh

uv=.venv/build/bin/uv
[ -x "$uv" ] || fail "uv is missing; run: make lock"
if [ ! -e uv.lock ] && [ "${1:-}" != --upgrade ]; then
  held="$(mktemp -d)"
  trap 'rm -rf "$held"' EXIT
  .venv/build/bin/python -m tools.lock >"$held/pyproject.toml"
  if "$uv" lock --quiet --project "$held"; then
    cp "$held/uv.lock" uv.lock
  else
    say "The versions locked so far do not fit any more: taking the newest."
  fi
fi
say "Resolving for Linux and Windows, Python 3.11 to 3.13 …"
"$uv" lock --quiet "$@"
export_group() {
  "$uv" export --quiet --frozen --format requirements-txt --no-emit-project --no-annotate --no-header \
    --output-file "requirements/$1.txt" "${@:2}" >/dev/null
}
export_group desk --no-default-groups
for group in center demo dev build; do
  export_group "$group" --only-group "$group"
done
if grep -n '://' requirements/*.txt; then
  fail "an address got into the lock files"
fi
say "Written: $(grep -c '==' requirements/*.txt | tr '\n' ' ')"
