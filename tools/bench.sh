#!/usr/bin/env bash
# Runs every benchmark under bench/ that can be run as a module; one without its data says so and is passed over.
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/setup/say.sh

export QT_QPA_PLATFORM=offscreen
status=0
for file in bench/*.py; do
  grep -q '__name__ == "__main__"' "$file" || continue
  module="bench.$(basename "$file" .py)"
  say "$module"
  .venv/bin/python -m "$module" </dev/null || status=1
done
exit $status
