#!/usr/bin/env bash
# Builds dist/certdesk_VERSION_ARCH.deb: frozen in the Debian 11 root (root.sh), packed so that two builds are byte-equal. Beside it the same
# program as an update for the center, and certdesk-visit, the companion for try.sh.
#
#   installer/deb/build.sh [--repack]     --repack packs the frozen program that is there already
#
# DEB_VERSION   the package's and the program's version (default: as in resources/version.txt)
# DEB_LEVEL     xz level              (default 6; 1 is quick)
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh
. installer/deb/chroot.sh

[ "$(id -u)" = 0 ] || fail "building the package needs root (debootstrap, chroot)"
command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"
version="${DEB_VERSION:-$(cat resources/version.txt)}"
SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}"
export SOURCE_DATE_EPOCH
frozen="$BUILD_ROOT/src/dist/certdesk"

if [ "${1:-}" != --repack ]; then
  installer/deb/root.sh
  open_root
  say "Freezing certdesk $version, two minutes …"
  rm -rf "$BUILD_ROOT/src"
  mkdir -p "$BUILD_ROOT/src"
  tar -cf - --exclude=__pycache__ app protocol demo resources installer docs/manual docs/pictures \
    LICENSE THIRD_PARTY.md pyproject.toml | tar -xf - -C "$BUILD_ROOT/src"
  logged deb-freeze in_root "cd /src && PYTHONHASHSEED=0 PYTHONDONTWRITEBYTECODE=1 /opt/venv/bin/pyinstaller --noconfirm --clean installer/certdesk.spec"
  # Debugging symbols: of the interpreter built here and of wheels that nobody's patchelf went over (such a file does not survive it).
  in_root "cd /src/dist/certdesk/_internal && find libpython3* python3* sqlcipher3 sqlalchemy cryptography -name '*.so*' -type f -exec strip --strip-unneeded {} +"
fi
[ -x "$frozen/certdesk" ] || fail "there is no frozen program at $frozen"

tree="build/deb"
rm -rf "$tree"
mkdir -p "$tree/DEBIAN" "$tree/opt" "$tree/usr/bin" "$tree/usr/share/applications" "$tree/usr/share/doc/certdesk"
cp -a "$frozen" "$tree/opt/certdesk"
echo "$version" >"$tree/opt/certdesk/_internal/resources/version.txt"
ln -s /opt/certdesk/certdesk "$tree/usr/bin/certdesk"
cp installer/deb/debian/certdesk.desktop "$tree/usr/share/applications/"
for size in 16 24 32 48 64 128 256; do
  install -Dm644 "resources/icons/certdesk-$size.png" "$tree/usr/share/icons/hicolor/${size}x$size/apps/certdesk.png"
done
install -Dm644 resources/icons/certdesk.svg "$tree/usr/share/icons/hicolor/scalable/apps/certdesk.svg"
install -Dm644 installer/rollout.example.toml "$tree/usr/share/doc/certdesk/rollout.example.toml"
cat LICENSE THIRD_PARTY.md >"$tree/usr/share/doc/certdesk/copyright"
logged deb-sbom .venv/build/bin/python -m tools.sbom --output "$tree/usr/share/doc/certdesk/sbom.cdx.json"
gzip -9n <CHANGELOG.md >"$tree/usr/share/doc/certdesk/CHANGELOG.md.gz"
printf 'certdesk (%s) stable; urgency=medium\n\n  * What is new: CHANGELOG.md.gz, beside this file.\n\n -- %s  %s\n' "$version" \
  "$(sed -n 's/^Maintainer: //p' installer/deb/debian/control)" "$(LC_ALL=C date -u -R --date="@$SOURCE_DATE_EPOCH")" |
  gzip -9n >"$tree/usr/share/doc/certdesk/changelog.gz"
for script in preinst postinst postrm config templates; do
  install -m "$([ $script = templates ] && echo 644 || echo 755)" "installer/deb/debian/$script" "$tree/DEBIAN/$script"
done
# Sum of the files, not du: a folder's own size is the build machine's file system's affair.
size_kb="$(find "$tree" -type f -printf '%s\n' | LC_ALL=C awk '{ kb += int(($1 + 1023) / 1024) } END { print kb }')"
sed -e "s/@VERSION@/$version/; s/@ARCH@/$ARCH/; s/@SIZE@/$size_kb/" installer/deb/debian/control >"$tree/DEBIAN/control"
find "$tree" -type d -exec chmod 755 {} +
chmod 644 "$tree/DEBIAN/control"
find "$tree/opt" -type f -exec chmod 644 {} +
chmod 755 "$tree/opt/certdesk/certdesk"
(cd "$tree" && find opt usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
chmod 644 "$tree/DEBIAN/md5sums"
find "$tree" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

mkdir -p dist
rm -rf dist/certdesk-visit
cp -a "$frozen-visit" dist/
(cd dist/certdesk-visit && find . ! -type d | while read -r file; do [ ! -e "$frozen/$file" ] || rm "$file"; done)
deb="dist/certdesk_${version}_$ARCH.deb"
say "Packing $deb, up to four minutes …"
# One thread: xz cuts its blocks by the number of threads, and two machines may have different ones.
logged deb-pack dpkg-deb --root-owner-group --threads-max=1 -Zxz "-z${DEB_LEVEL:-6}" --build "$tree" "$deb"
# The same program as an update that the center sends to desks (docs/decisions/0040).
update="dist/certdesk_${version}_$ARCH.update.tar.xz"
installer/deb/pack_update.sh "$tree/opt/certdesk" "$update" "${DEB_LEVEL:-6}"
say "$update: $(($(stat -c %s "$update") / 1000000)) MB"
say "$deb: $(($(stat -c %s "$deb") / 1000000)) MB, installed $((size_kb / 1000)) MB, SHA-256 $(sha256sum "$deb" | cut -d' ' -f1)"
