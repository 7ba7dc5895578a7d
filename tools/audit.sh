#!/usr/bin/env bash
# Asks for known vulnerabilities of the locked packages. Needs to reach PyPI's service: says so when it cannot.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup/say.sh

arguments=()
for name in desk center; do arguments+=(-r "requirements/$name.txt"); done
.venv/build/bin/pip-audit --disable-pip --require-hashes --progress-spinner off "${arguments[@]}" && exit 0
status=$?
say "A failure above that speaks of a connection means that the service could not be asked; nothing was found out then."
exit $status
