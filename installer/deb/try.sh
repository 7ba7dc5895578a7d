#!/usr/bin/env bash
# Tries a package in an empty Debian root: install, self-test without network, keep data over upgrade and removal,
# refuse a downgrade with words, purge with and without the answer yes. Prints times and sizes.
#
#   installer/deb/try.sh DEB [NEWER_DEB]
#
# TRY_SUITE  bullseye or bookworm (default bookworm)     TRY_ROOT  where (default /var/tmp/certdesk-try)
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh

deb="$1" newer="${2:-}" suite="${TRY_SUITE:-bookworm}" where="${TRY_ROOT:-/var/tmp/certdesk-try}"
base="$where/base-$suite"
BUILD_ROOT="$where/root-$$"
. installer/deb/chroot.sh
if [ ! -e "$base/.done" ]; then
  say "Making an empty $suite root …"
  rm -rf "$base" && mkdir -p "$base"
  logged try-debootstrap debootstrap --variant=minbase "$suite" "$base" "$MIRROR"
  touch "$base/.done"
fi
cp -a "$base" "$BUILD_ROOT"
open_root
trap 'close_root; rm -rf --one-file-system "$BUILD_ROOT"' EXIT
cp "$deb" "$BUILD_ROOT/first.deb"
[ -z "$newer" ] || cp "$newer" "$BUILD_ROOT/newer.deb"
# The network is cut by a namespace of its own, without so much as loopback up.
offline() { env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/home/clerk LANG=C.UTF-8 unshare --net chroot --userspec=clerk "$BUILD_ROOT" /bin/bash -c "$*"; }
now_ms() { date +%s%3N; }

in_root "apt-get update -qq" >/dev/null
in_root "useradd -m clerk"
began=$(now_ms)
logged try-install in_root "apt-get install -y --no-install-recommends /first.deb"
say "installed in $(($(now_ms) - began)) ms; /opt/certdesk is $(du -sm "$BUILD_ROOT/opt/certdesk" | cut -f1) MB"
in_root "command -v gcc" && fail "a compiler came along"
offline "certdesk selftest" || fail "the self-test of the installed program failed (network cut, ordinary user)"
began=$(now_ms)
offline "certdesk selftest" >/dev/null
say "second self-test: $(($(now_ms) - began)) ms"
missing="$(offline "LD_LIBRARY_PATH=/opt/certdesk/_internal:/opt/certdesk/_internal/PySide6/Qt/lib find /opt/certdesk -name '*.so*' -type f -exec ldd {} + 2>/dev/null | grep 'not found' | sort | uniq -c" || true)"
[ -z "$missing" ] || say "libraries that some part would miss (optional Qt plug-ins): $(echo "$missing" | tr -s ' \n' ' ' | cut -c1-400)"

# Data as the program makes it: a window that is opened and left running, then ended as at log-out.
offline "QT_QPA_PLATFORM=offscreen timeout --signal=TERM 20 certdesk" >/dev/null 2>&1 || true
data="$BUILD_ROOT/home/clerk/.local/share/certdesk"
[ -e "$data/desk.db" ] || fail "the program made no data in the user's folder"
before="$(sha256sum "$data/desk.key" | cut -d' ' -f1)"
if [ -n "$newer" ]; then
  logged try-upgrade in_root "apt-get install -y --no-install-recommends /newer.deb"
  say "upgraded to $(in_root "dpkg-query -W -f='\${Version}' certdesk")"
  offline "certdesk selftest" >/dev/null || fail "the self-test fails after the upgrade"
  if in_root "dpkg -i /first.deb" >"$where/downgrade.log" 2>&1; then fail "the downgrade was not refused"; fi
  grep -q "不能降级" "$where/downgrade.log" || fail "the downgrade was refused without words"
  say "downgrade refused: $(grep -m1 "不能降级" "$where/downgrade.log")"
fi
in_root "apt-get remove -y -qq certdesk" >/dev/null 2>&1
[ ! -e "$BUILD_ROOT/opt/certdesk" ] || fail "removal left /opt/certdesk: $(find "$BUILD_ROOT/opt/certdesk" | head -3)"
[ "$(sha256sum "$data/desk.key" | cut -d' ' -f1)" = "$before" ] || fail "removal touched the user's data"
in_root "apt-get purge -y -qq certdesk" >/dev/null 2>&1
[ -e "$data/desk.db" ] || fail "an unanswered purge deleted the user's data"
say "removed and purged unasked: the user's data stayed"
logged try-again in_root "apt-get install -y --no-install-recommends /first.deb"
in_root "echo 'certdesk certdesk/purge-data boolean true' | debconf-set-selections && apt-get purge -y -qq certdesk" >/dev/null 2>&1
[ ! -e "$data" ] || fail "purge with the answer yes left the data"
say "purged with the answer yes: the data is gone"
say "the package holds on $suite"
