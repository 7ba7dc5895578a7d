#!/usr/bin/env bash
# Tries a package in an empty Debian root: install without network, self-test and one whole visit with the network cut, start with the
# data, upgrade, refused downgrade, removal, purge with and without the answer yes. Prints times and sizes.
#
#   installer/deb/try.sh DEB [NEWER_DEB]
#
# TRY_SUITE, TRY_ROOT, KEEP: see lab.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh
. installer/deb/lab.sh

deb="$1" newer="${2:-}"
enter_lab
began=$(now_ms)
install_deb try-install "$deb"
say "installed in $(($(now_ms) - began)) ms with its dependencies; package $(($(stat -c %s "$deb") / 1000000)) MB, /opt/certdesk $(du -sm "$BUILD_ROOT/opt/certdesk" | cut -f1) MB"
for tool in gcc cc make; do ! in_root "command -v $tool" || fail "a compiler came along: $tool"; done
began=$(now_ms)
clerk "certdesk selftest" || fail "the self-test of the installed program failed (network cut, ordinary user)"
say "self-test: $(($(now_ms) - began)) ms"
missing="$(clerk "LD_LIBRARY_PATH=/opt/certdesk/_internal:/opt/certdesk/_internal/PySide6/Qt/lib find /opt/certdesk -name '*.so*' -type f -exec ldd {} + 2>/dev/null | grep 'not found' | sort | uniq -c" || true)"
[ -z "$missing" ] || say "libraries that some part would miss (optional Qt plug-ins): $(echo "$missing" | tr -s ' \n' ' ' | cut -c1-400)"

# A first start stands at its question, the start passphrase or the first account, and makes nothing before it is answered.
status=0
clerk "timeout --signal=TERM 15 certdesk" >"$where/first.log" 2>&1 || status=$?
[ "$status" = 124 ] || fail "the first start ended by itself ($status): $(tail -n 3 "$where/first.log")"
incident="$(find "$data/crashes" -type f -size +0)"  # an empty one waits for a crash of the running program
[ -z "$incident" ] || fail "the first start left an incident: $incident"
[ ! -e "$data/desk.db" ] || fail "the first start made a database without asking"
say "first start: stands at its question, no incident"

start_center
play_visit
start_desk || fail "the program does not start with its data: $(tail -n 5 "$BUILD_ROOT/tmp/desk.log")"
say "start to window, warm: $took ms"
stop_desk
sync && { echo 3 >/proc/sys/vm/drop_caches; } 2>/dev/null || true
start_desk || fail "the program does not start with its data"
say "start to window, nothing cached: $took ms"
stop_desk
clerk "certdesk audit --file-secrets" || fail "the audit log is not whole"
before="$(sha256sum "$data/desk.key" | cut -d' ' -f1)" files="$(find "$data/vault" -type f | sort | sha256sum)"

if [ -n "$newer" ]; then
  old="$(in_root "dpkg-query -W -f='\${Version}' certdesk")"
  install_deb try-upgrade "$newer"
  now="$(in_root "dpkg-query -W -f='\${Version}' certdesk")"
  clerk "certdesk selftest" >/dev/null || fail "the self-test fails after the upgrade"
  start_desk || fail "the program does not start after the upgrade: $(tail -n 5 "$BUILD_ROOT/tmp/desk.log")"
  grep -q "window up, version $now$" "$data/logs/certdesk.log" || fail "the window is not of version $now"
  stop_desk
  clerk "certdesk audit --file-secrets" || fail "the audit log is not whole after the upgrade"
  [ "$(find "$data/vault" -type f | sort | sha256sum)" = "$files" ] || fail "the upgrade lost files of the vault"
  say "upgraded from $old to $now with data, window after $took ms"
  cp "$deb" "$BUILD_ROOT/older.deb"
  if inside root "dpkg -i /older.deb" >"$where/downgrade.log" 2>&1; then fail "the downgrade was not refused"; fi
  grep -q "不能降级" "$where/downgrade.log" || fail "the downgrade was refused without words"
  say "downgrade refused: $(grep -m1 "不能降级" "$where/downgrade.log")"
fi
stop_center
inside root "apt-get remove -y -qq certdesk" >/dev/null 2>&1
[ ! -e "$BUILD_ROOT/opt/certdesk" ] || fail "removal left /opt/certdesk: $(find "$BUILD_ROOT/opt/certdesk" | head -3)"
[ "$(sha256sum "$data/desk.key" | cut -d' ' -f1)" = "$before" ] || fail "removal touched the user's data"
inside root "apt-get purge -y -qq certdesk" >/dev/null 2>&1
[ -e "$data/desk.db" ] || fail "an unanswered purge deleted the user's data"
say "removed and purged unasked: the user's data stayed"
install_deb try-again "${newer:-$deb}"
start_desk || fail "the program does not start again with the data that stayed"
stop_desk
say "installed again: the data opens, window after $took ms"
inside root "echo 'certdesk certdesk/purge-data boolean true' | debconf-set-selections && apt-get purge -y -qq certdesk" >/dev/null 2>&1
[ ! -e "$data" ] || fail "purge with the answer yes left the data"
say "purged with the answer yes: the data is gone"
say "the package holds on $suite"
