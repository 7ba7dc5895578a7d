#!/usr/bin/env bash
# Installs the Debian packages that are missing: "system.sh run", "system.sh test" or "system.sh windows".
# Asks the package database each time (some 30 ms), so it is right in any root it is carried to.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh

[ "$(uname -s)" = Linux ] || exit 0
lists=(tools/setup/packages-run.txt)
[ "${1:-run}" = run ] || lists+=(tools/setup/packages-test.txt)
[ "${1:-run}" != windows ] || lists+=(tools/setup/packages-windows.txt)
mapfile -t wanted < <(sed -e 's/#.*//' -e '/^[[:space:]]*$/d' "${lists[@]}")

if [ "${CERTDESK_SKIP_SYSTEM:-}" = 1 ]; then
  exit 0
fi
if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
  say "This is not a Debian-like system: please see that it has the counterparts of ${lists[*]}."
  exit 0
fi

# Debian 13 and Ubuntu 24.04 renamed some libraries by a "t64" at the end.
present="$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "${wanted[@]}" "${wanted[@]/%/t64}" 2>/dev/null || true)"
missing=()
for package in "${wanted[@]}"; do
  if [ "$package" = python3-venv ] && "${PYTHON:-python3}" -c 'import ensurepip, venv' 2>/dev/null; then
    continue
  fi
  grep -qxE "installed ${package//./\\.}(t64)?" <<<"$present" || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0

if [ "$(id -u)" != 0 ]; then
  fail "These system packages are missing. Please run, or let your administrator run:
    sudo apt-get install --no-install-recommends ${missing[*]}
  (CERTDESK_SKIP_SYSTEM=1 goes on without them.)"
fi

say "Installing ${#missing[@]} system packages, about a minute …"
# Services are not started by their packages: the tests start their own, private ones.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  trap 'rm -f "$policy"' EXIT
fi
export DEBIAN_FRONTEND=noninteractive
logged apt-update apt-get -o DPkg::Lock::Timeout=300 update
logged apt-install apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"
