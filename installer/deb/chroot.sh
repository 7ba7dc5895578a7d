# Sourced: opening a root for commands, with this machine's ways to its package sources lent for the time, and closing it.
# Sets BUILD_ROOT, MIRROR; gives open_root, in_root COMMAND, and closes on exit.

ARCH="$(dpkg --print-architecture)"
BUILD_ROOT="${BUILD_ROOT:-/var/tmp/certdesk-build/bullseye-$ARCH}"
# the mirror that this machine's own apt uses
MIRROR="${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)}"
opened=()

close_root() {
  local i
  for ((i = ${#opened[@]} - 1; i >= 0; i--)); do umount -l "${opened[i]}" 2>/dev/null || true; done
  opened=()
}

open_root() {
  local target
  for target in /proc /dev /dev/shm; do
    mkdir -p "$BUILD_ROOT$target"
    mountpoint -q "$BUILD_ROOT$target" && continue
    mount --bind "$target" "$BUILD_ROOT$target"
    opened+=("$BUILD_ROOT$target")
  done
  trap close_root EXIT
  cp -L /etc/resolv.conf "$BUILD_ROOT/etc/resolv.conf"
  [ ! -e /etc/pip.conf ] || cp -L /etc/pip.conf "$BUILD_ROOT/etc/pip.conf"
  if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
    cp -L /etc/ssl/certs/ca-certificates.crt "$BUILD_ROOT/etc/lent-ca.crt"
    [ ! -e /etc/pip.conf ] || sed -i 's#^cert *=.*#cert = /etc/lent-ca.crt#' "$BUILD_ROOT/etc/pip.conf"
  fi
  local file
  for file in /etc/apt/apt.conf.d/*; do
    if grep -qE '^[[:space:]]*Acquire::' "$file"; then cp "$file" "$BUILD_ROOT/etc/apt/apt.conf.d/"; fi
  done
}

# in_root WORDS: one shell command line inside, with nothing of this machine's environment but the way to its mirrors.
in_root() {
  local lent=() name
  for name in PIP_INDEX_URL PIP_DEFAULT_TIMEOUT http_proxy https_proxy no_proxy SOURCE_DATE_EPOCH; do
    [ -z "${!name:-}" ] || lent+=("$name=${!name}")
  done
  [ ! -e "$BUILD_ROOT/etc/lent-ca.crt" ] || lent+=(PIP_CERT=/etc/lent-ca.crt)
  env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "${lent[@]}" \
    chroot "$BUILD_ROOT" /bin/bash -c "$*"
}
