#!/usr/bin/env bash
# All checks, one after the other; every one runs, and the failures are named at the end.
# "checks.sh lint" leaves the tests out. Called by make, which has seen to the packages.
set -uo pipefail
cd "$(dirname "$0")/.."
. tools/setup/say.sh

bin=.venv/bin
failed=()
export QT_QPA_PLATFORM=offscreen OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1
unset DISPLAY WAYLAND_DISPLAY

step() {
  local name="$1" started=$SECONDS
  shift
  say "$name"
  "$@" </dev/null || failed+=("$name")
  say "$name: $((SECONDS - started)) s"
}

step "ruff" "$bin/ruff" check --quiet .
step "mypy --strict" "$bin/mypy" --no-error-summary
step "import contracts" "$bin/lint-imports" --no-logo
# Counting branches makes every test half as slow again: it is done where the rules and the use cases are tested for themselves.
counted=(tests/unit tests/integration/home_visits tests/integration/face/test_gallery.py tests/integration/sync/test_model_packs.py)
pytest=("$bin/python" -m pytest -q -n "${TEST_WORKERS:-2}" --dist worksteal --durations=8)
if [ "${1:-all}" = all ]; then
  # pytest-randomly shuffles; its seed is printed at the head, -p randomly_seed=N repeats an order.
  step "tests of the parts" "${pytest[@]}" "${counted[@]}" --cov --cov-branch --cov-report=
  step "tests of the whole" "${pytest[@]}" tests "${counted[@]/#/--ignore=}"
  step "branch coverage of the rules and the use cases" "$bin/python" -m coverage report --precision=1 \
    --include='app/domain/*,app/services/*' --skip-covered --fail-under=95
fi

if [ ${#failed[@]} -gt 0 ]; then
  printf '\033[31m✗ failed: %s\033[0m\n' "$(IFS=,; echo "${failed[*]}")" >&2
  exit 1
fi
say "all well, $SECONDS s"
