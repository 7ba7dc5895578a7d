#!/usr/bin/env bash
# Everything that is tried of a package that `make deb` has left: packed anew under a higher number for the upgrade, then try.sh and try_update.sh.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh

arch="$(dpkg --print-architecture)" version="$(cat resources/version.txt)"
deb="dist/certdesk_${version}_$arch.deb" newer="dist/certdesk_$version.1_$arch"
[ -e "$deb" ] || fail "$deb is missing: make deb"
DEB_VERSION="$version.1" DEB_LEVEL=0 installer/deb/build.sh --repack
installer/deb/try.sh "$deb" "$newer.deb"
installer/deb/try_update.sh "$deb" "$newer.update.tar.xz"
