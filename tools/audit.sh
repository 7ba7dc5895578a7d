#!/usr/bin/env bash
# Asks for known vulnerabilities of the locked packages. Needs to reach the package index's vulnerability service;
# a package that could not be asked about counts as a failure, never as "nothing known".
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/setup/say.sh

arguments=()
for name in desk center; do arguments+=(-r "requirements/$name.txt"); done
told="$(.venv/build/bin/pip-audit --disable-pip --require-hashes --progress-spinner off "${arguments[@]}" 2>&1)"
status=$?
skipped="$(grep -c 'could not be audited' <<<"$told")"
if [ "$skipped" -gt 0 ]; then
  fail "$skipped packages could not be asked about: the vulnerability service is not reachable from here. Nothing was found out about them."
fi
printf '%s\n' "$told"
exit $status
