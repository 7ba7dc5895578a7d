#!/usr/bin/env bash
# Proves the promise of the README: a clone in an empty Debian root passes `make run` and `make test`.
#
#   tools/freshroot.sh [run] [test] [again] [shell]      (default: run again test; needs root and debootstrap)
#
# FRESHROOT    where the roots live           (default /var/tmp/certdesk-freshroot)
# SUITE        Debian suite                   (default bookworm)
# MIRROR       where debootstrap fetches from (default: as this machine's apt)
# WORKTREE=1   test the working tree as it is instead of HEAD
# KEEP=1       leave the used root for a look
#
# The pip and certificate settings of this machine are lent to the root for the run (environment and read-only copies);
# nothing of them is kept in the project.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/setup/say.sh

where="${FRESHROOT:-/var/tmp/certdesk-freshroot}"
suite="${SUITE:-bookworm}"
base="$where/base-$suite"
root="$where/root-$$"
steps=("$@")
[ ${#steps[@]} -gt 0 ] || steps=(run again test)
[ "$(id -u)" = 0 ] || fail "debootstrap and chroot need root"
command -v debootstrap >/dev/null || fail "debootstrap is missing: apt-get install debootstrap"

if [ ! -e "$base/.done" ]; then
  say "Making an empty $suite root with python3, make and git …"
  rm -rf "$base"
  mkdir -p "$base"
  logged debootstrap debootstrap --variant=minbase --include=python3,make,git,ca-certificates \
    "$suite" "$base" "${MIRROR:-$(apt-get indextargets --format '$(REPO_URI)' | grep -v security | head -n 1)}"
  rm -rf "$base"/var/cache/apt/archives/*.deb
  touch "$base/.done"
fi

mounts=()
clean_up() {
  local i
  for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do umount -l "${mounts[i]}" || true; done
  if [ "${KEEP:-}" = 1 ]; then say "kept: $root"; else rm -rf --one-file-system "$root"; fi
}
trap clean_up EXIT

cp -a "$base" "$root"
mount_in() {
  mkdir -p "$root$2"
  mount --bind "$1" "$root$2"
  mounts+=("$root$2")
}
for folder in /proc /dev /dev/shm; do mount_in "$folder" "$folder"; done
cp -L /etc/resolv.conf "$root/etc/resolv.conf"

# Lend what this machine needs to reach its package sources.
lent=()
for name in PIP_INDEX_URL PIP_DEFAULT_TIMEOUT http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY CI; do
  [ -z "${!name:-}" ] || lent+=("$name=${!name}")
done
[ ! -e /etc/pip.conf ] || cp -L /etc/pip.conf "$root/etc/pip.conf"
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
  cp -L /etc/ssl/certs/ca-certificates.crt "$root/etc/lent-ca.crt"
  lent+=(PIP_CERT=/etc/lent-ca.crt)
fi
for file in /etc/apt/apt.conf.d/*; do
  grep -qE '^[[:space:]]*Acquire::' "$file" && cp "$file" "$root/etc/apt/apt.conf.d/"
done
[ ! -e /etc/pip.conf ] || sed -i 's#^cert *=.*#cert = /etc/lent-ca.crt#' "$root/etc/pip.conf"

say "Cloning HEAD $(git rev-parse --short HEAD) …"
git clone --quiet --no-hardlinks . "$root/root/certdesk"

if [ "${WORKTREE:-}" = 1 ]; then
  say "… and laying the working tree over it"
  git ls-files -coz --exclude-standard | xargs -0 -I{} sh -c '[ -e "$1" ] && printf "%s\\0" "$1"' _ {} |
    tar --null -T - -cf - | tar -xf - -C "$root/root/certdesk"
fi

inside() {
  env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb "${lent[@]}" \
    chroot "$root" /bin/bash -c "cd /root/certdesk && $1"
}
failed=()
timed() {
  local name="$1" started status=0
  started=$(date +%s)
  inside "$2" </dev/null || status=$?
  say "fresh root: $name: status $status, $(($(date +%s) - started)) s"
  [ "$status" = 0 ] || failed+=("$name")
}
for step in "${steps[@]}"; do
  case "$step" in
    run) timed "make run" "make run" ;;
    again) timed "second make run" "make run" ;;
    test) timed "bash .ci/run" "bash .ci/run" ;;
    shell) inside "bash -i" ;;
    *) fail "unknown step: $step" ;;
  esac
done
[ ${#failed[@]} -eq 0 ] || fail "failed in the fresh root: ${failed[*]}"
say "the fresh root passes: ${steps[*]}"
