# Sourced: an empty Debian root to try packages in, as an ordinary user, the network cut by a namespace that has nothing but its own
# loopback; the reference center runs beside it in the same namespace. Everything goes at exit; KEEP=1 leaves the root for a look.
#
# TRY_SUITE  bullseye or bookworm (default bookworm)     TRY_ROOT  where (default /var/tmp/certdesk-try)

suite="${TRY_SUITE:-bookworm}" where="${TRY_ROOT:-/var/tmp/certdesk-try}"
base="$where/base-$suite"
BUILD_ROOT="$where/root-$$"
. installer/deb/chroot.sh
center_at="$BUILD_ROOT/center" center_url=http://127.0.0.1:8765
holder="" center="" desk=""
data="$BUILD_ROOT/home/clerk/.local/share/certdesk"

leave_lab() {
  local one
  for one in "$desk" "$center" "$holder"; do [ -z "$one" ] || kill "$one" 2>/dev/null || true; done
  close_root
  if [ "${KEEP:-}" = 1 ]; then say "kept: $BUILD_ROOT"; else rm -rf --one-file-system "$BUILD_ROOT"; fi
}

enter_lab() {
  if [ ! -e "$base/.done" ]; then
    say "Making an empty $suite root …"
    rm -rf "$base" && mkdir -p "$base"
    logged try-debootstrap debootstrap --variant=minbase "$suite" "$base" "$MIRROR"
    touch "$base/.done"
  fi
  cp -a "$base" "$BUILD_ROOT"
  trap leave_lab EXIT
  open_root
  trap leave_lab EXIT
  unshare --net sleep infinity &
  holder=$!
  until [ "$(readlink "/proc/$holder/ns/net")" != "$(readlink /proc/$$/ns/net)" ]; do sleep 0.05; done
  beside ip link set lo up
  say "network of the trial: $(beside ip -brief addr | tr -s ' ' | tr '\n' ' '), routes: $(beside ip route | wc -l)"
  in_root "apt-get update -qq && useradd -m clerk" >/dev/null
}

# On this machine, in the trial's network.
beside() { nsenter --net="/proc/$holder/ns/net" "$@"; }
inside() { # USER WORDS
  local home="/home/$1"
  [ "$1" != root ] || home=/root
  beside env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$home" LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive QT_QPA_PLATFORM=offscreen \
    chroot --userspec="$1" "$BUILD_ROOT" /bin/bash -c "${*:2}"
}
clerk() { inside clerk "$*"; }
now_ms() { date +%s%3N; }

# What a desk's system has anyway comes from the mirror; the package itself is installed with the network cut.
install_deb() { # NAME FILE
  cp "$2" "$BUILD_ROOT/package.deb"
  logged "$1-depends" in_root "apt-get satisfy -y --no-install-recommends '$(dpkg-deb -f "$2" Depends)'"
  logged "$1" inside root "apt-get install -y --no-install-recommends /package.deb"
}

ask_center() { beside .venv/bin/python -m center --database "sqlite:///$center_at/center.db" "$@"; }

start_center() {
  mkdir -p "$center_at"
  if [ ! -e "$center_at/code" ]; then
    .venv/bin/python -c 'import datetime, sys, demo.center; print(demo.center.prepare(sys.argv[1], datetime.date.today()))' \
      "sqlite:///$center_at/center.db" >"$center_at/code"
  fi
  # not by a function: the process itself is to be ended
  nsenter --net="/proc/$holder/ns/net" .venv/bin/python -m center --database "sqlite:///$center_at/center.db" \
    serve --port "${center_url##*:}" --files "$center_at/files" >>"$center_at/log" 2>&1 &
  center=$!
  local tries=0
  until beside curl -fsS "$center_url/v1/info" >/dev/null 2>&1; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || fail "the center did not start: $(tail -n 3 "$center_at/log")"
    sleep 0.1
  done
}

stop_center() {
  kill "$center"
  wait "$center" 2>/dev/null || true
  center=""
}

# The installed program plays one whole visit and leaves a desk with data: installer/visit.py, laid beside it for the time.
play_visit() {
  local clip companion=dist/certdesk-visit
  clip="$(.venv/bin/python -m demo.clips live 1 "$where/clips")"
  cp "$clip" "$BUILD_ROOT/tmp/clip.avi"
  cp -a "$companion/." "$BUILD_ROOT/opt/certdesk/"
  clerk "/opt/certdesk/certdesk-visit --address $center_url --code $(cat "$center_at/code") --clip /tmp/clip.avi --pictures ~/visit" >"$where/visit.log" 2>&1 ||
    { tail -n 20 "$where/visit.log" >&2 && fail "the visit with the installed program did not come out"; }
  (cd "$companion" && find . ! -type d) | (cd "$BUILD_ROOT/opt/certdesk" && xargs rm)
  say "visit with the installed program:"
  sed 's/^/    /' "$where/visit.log" >&2
}

# Starts the program and waits for its window; says how long that took. Sets desk.
start_desk() { # [LIMIT_S]
  local log="$data/logs/certdesk.log" before began limit="${1:-60}"
  before="$(grep -c "window up" "$log" 2>/dev/null || true)"
  rm -f "$BUILD_ROOT/tmp/desk.pid"
  began=$(now_ms)
  clerk 'certdesk >>/tmp/desk.log 2>&1 & echo $! >/tmp/desk.pid; wait' &
  while [ "$(grep -c "window up" "$log" 2>/dev/null || true)" = "$before" ]; do
    desk="$(cat "$BUILD_ROOT/tmp/desk.pid" 2>/dev/null || true)"
    if [ $(($(now_ms) - began)) -gt $((limit * 1000)) ] || { [ -n "$desk" ] && [ ! -e "/proc/$desk" ]; }; then
      took=""
      return 1
    fi
    sleep 0.05
  done
  took=$(($(now_ms) - began))
}

# As at log-out.
stop_desk() {
  kill -TERM "$desk" 2>/dev/null || true
  while [ -e "/proc/$desk" ]; do sleep 0.05; done
  desk=""
}

running() { readlink "/proc/$desk/exe" | sed "s#^$BUILD_ROOT##"; }
