#!/usr/bin/env bash
# Makes the root the program is frozen in: Debian 11 (glibc 2.31) with CPython 3.11 built there and the locked wheels.
# Called by build.sh; what is there already is kept, as long as this recipe is the one that made it.
#
# BUILD_ROOT   the root                        (default /var/tmp/certdesk-build/bullseye-ARCH)
# MIRROR       where debootstrap fetches from  (default: as this machine's apt)
#
# CPython's source is Debian 12's own source package (security fixes of Debian 12 included), fetched and verified by apt.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh
. installer/deb/chroot.sh

packages=(build-essential pkg-config binutils patchelf ca-certificates dpkg-dev xz-utils file
  zlib1g-dev libssl-dev libffi-dev libbz2-dev liblzma-dev libreadline-dev libncurses-dev uuid-dev libexpat1-dev libmpdec-dev libsqlite3-dev
  libgl1 libegl1 libglib2.0-0 libfontconfig1 libdbus-1-3 libxkbcommon0 libx11-6 libbrotli1 libpulse0 libdrm2 libxrandr2
  libspeechd2 libcups2 libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0
  libxcb-shape0 libxcb-xkb1 libxkbcommon-x11-0 libx11-xcb1)

# A root of an older recipe would differ from a new one in what nobody looks at: a package's bytes are to depend on the sources alone.
recipe="$(sha256sum <installer/deb/root.sh | cut -d' ' -f1)"
if [ "$(cat "$BUILD_ROOT/.base" 2>/dev/null)" != "$recipe" ]; then
  say "Debian 11 root by debootstrap, two minutes …"
  rm -rf --one-file-system "$BUILD_ROOT"
  mkdir -p "$BUILD_ROOT"
  logged deb-bootstrap debootstrap --variant=minbase bullseye "$BUILD_ROOT" "$MIRROR"
  echo "$recipe" >"$BUILD_ROOT/.base"
fi
open_root
if [ ! -e "$BUILD_ROOT/.packages" ]; then
  say "Compiler and libraries in it, a minute …"
  # libxcb-cursor0 came with Debian 12; the program carries its own copy, taken from bullseye-backports where that has it.
  printf 'deb %s bullseye main\ndeb-src %s bookworm main\n' "$MIRROR" "$MIRROR" >"$BUILD_ROOT/etc/apt/sources.list"
  logged deb-update in_root apt-get update
  available=()
  for package in "${packages[@]}"; do
    in_root apt-cache show --no-all-versions "$package" >/dev/null 2>&1 && available+=("$package")
  done
  logged deb-packages in_root apt-get install -y --no-install-recommends "${available[@]}"
  touch "$BUILD_ROOT/.packages"
fi
if [ ! -e "$BUILD_ROOT/.python" ]; then
  say "CPython 3.11 from Debian 12's source, built with a shared library, some five minutes …"
  mkdir -p "$BUILD_ROOT/usr/src/python"
  logged deb-python-source in_root "cd /usr/src/python && apt-get source -q python3.11"
  # Its shared library is found by ldconfig: a path written into it would be searched on desks, too.
  # Debian's security fix makes pyexpat use the interpreter's own headers; its rules build it into the interpreter, we as a module.
  logged deb-python in_root "cd /usr/src/python/python3.11-*/ && sed -i '1i #define Py_BUILD_CORE_MODULE 1' Modules/pyexpat.c && \
    export SOURCE_DATE_EPOCH=\$(dpkg-parsechangelog -S Timestamp) && ./configure -q --prefix=/opt/python --enable-shared \
    --without-ensurepip && make -s -j${JOBS:-2} && rm -rf /opt/python && make -s install && echo /opt/python/lib >/etc/ld.so.conf.d/python.conf && ldconfig"
  in_root "/opt/python/bin/python3.11 -c 'import ssl, ctypes, lzma, bz2, zlib, uuid, sqlite3, pyexpat, _decimal'" || fail "the built Python lacks a module"
  touch "$BUILD_ROOT/.python"
fi
locked="$(cat requirements/desk.txt requirements/build.txt | sha256sum | cut -d' ' -f1)"
if [ "$(cat "$BUILD_ROOT/.locked" 2>/dev/null)" != "$locked" ]; then
  say "The locked wheels and PyInstaller, two minutes …"
  cp requirements/desk.txt requirements/build.txt "$BUILD_ROOT/opt/"
  # PyInstaller alone out of the build tools: the frozen program must not find the others.
  sed -n -E '/^(pyinstaller|pyinstaller-hooks-contrib|altgraph|packaging|setuptools)==/,/[^\\]$/p' requirements/build.txt \
    >"$BUILD_ROOT/opt/freeze.txt"
  # Debian's CPython comes without pip: the locked wheel, run as it is, installs everything.
  sed -n -E '/^pip==/,/[^\\]$/p' requirements/build.txt >"$BUILD_ROOT/opt/pip.txt"
  logged deb-pip .venv/build/bin/python -m pip download --no-input --no-deps --require-hashes -r "$BUILD_ROOT/opt/pip.txt" \
    -d "$BUILD_ROOT/opt"
  in_root "rm -rf /opt/venv && /opt/python/bin/python3.11 -m venv --without-pip /opt/venv"
  logged deb-wheels in_root "PYTHONPATH=\$(ls /opt/pip-*.whl) /opt/venv/bin/python -m pip install --no-input --disable-pip-version-check --no-deps --require-hashes \
    --only-binary :all: -r /opt/desk.txt -r /opt/freeze.txt"
  echo "$locked" >"$BUILD_ROOT/.locked"
fi
