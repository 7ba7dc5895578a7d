#!/usr/bin/env bash
# Builds the package twice, the second time in a root that is made anew for it, and compares: package and update must be byte-equal.
# Tells which files differ when they are not. Some twenty minutes at DEB_LEVEL=6.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh

kept="build/twice" second="${TWICE_ROOT:-/var/tmp/certdesk-build/twice}"
rm -rf "$kept" "$second"
mkdir -p "$kept"
trap 'rm -rf --one-file-system "$second"' EXIT
installer/deb/build.sh
mv dist/certdesk_"${DEB_VERSION:-$(cat resources/version.txt)}"_*.{deb,update.tar.xz} "$kept/"
BUILD_ROOT="$second" installer/deb/build.sh
status=0
for first in "$kept"/*; do
  sha256sum "$first" "dist/${first##*/}"
  cmp -s "$first" "dist/${first##*/}" && continue
  status=1
  case "$first" in *.deb)
    dpkg-deb -R "$first" "$kept/first" && dpkg-deb -R "dist/${first##*/}" "$kept/second"
    diff -rq --no-dereference "$kept/first" "$kept/second" || true ;;
  esac
done
[ "$status" = 0 ] || fail "two builds differ"
rm -rf "$kept"
say "two builds are byte-equal"
