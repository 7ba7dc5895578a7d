# Sourced by the other set-up scripts: how they speak, and how they keep the noise of others in a log.

say() { printf '\033[1m· %s\033[0m\n' "$*" >&2; }

fail() {
  printf '\033[31m✗ %s\033[0m\n' "$*" >&2
  exit 1
}

# logged NAME COMMAND... : runs it quietly; shows the end of its output only when it fails.
logged() {
  local log="var/setup/$1.log"
  shift
  mkdir -p var/setup
  if ! "$@" >"$log" 2>&1 </dev/null; then
    tail -n 25 "$log" >&2
    fail "that did not work; everything it said is in $log"
  fi
}
