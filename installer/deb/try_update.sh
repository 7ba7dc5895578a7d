#!/usr/bin/env bash
# Tries updates from a real center with the installed program in an empty Debian root: fetched in the background, cut off twice and gone on
# with, applied at the next start, the data copied; a version that fails its self-test is not taken; one that never shows its window is
# rolled back with the data; a date without words is refused. Takes some eight minutes: the program asks a minute after its start.
#
#   installer/deb/try_update.sh DEB NEWER.update.tar.xz
#
# TRY_SUITE, TRY_ROOT, KEEP: see lab.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
. tools/setup/say.sh
. installer/deb/lab.sh

deb="$1" update="$2"
own="$(dpkg-deb -f "$deb" Version)"
next="$(basename "$update" | cut -d_ -f2)"
lame="${next%.*}.$((${next##*.} + 1))" mute="${next%.*}.$((${next##*.} + 2))"
versions="$data/versions"
size="$(stat -c %s "$update")"

state() { .venv/bin/python -c 'import json, sys; print(json.load(open(sys.argv[1])).get(sys.argv[2], {}).get("state", "unknown"))' "$versions/state.json" "$1"; }
data_sum() { (cd "$data" && sha256sum desk.db keys.json desk.key && find vault -type f | sort) | sha256sum; }
at_least() { [ "$(stat -c %s "$versions"/download/*.part 2>/dev/null || echo 0)" -ge "$1" ]; }
carried() { beside awk '$1 == "lo:" { print $2 }' /proc/net/dev; }
await() { # SECONDS WHAT COMMAND...
  local limit=$(($(now_ms) + $1 * 1000)) what="$2"
  shift 2
  until "$@"; do
    [ "$(now_ms)" -lt "$limit" ] || fail "waited in vain for: $what; $(tail -n 3 "$data/logs/certdesk.log")"
    sleep 0.02
  done
}
publish() { ask_center update "$1" "$2" --files "$center_at/files" "${@:3}" >&2; }
fetched() { # VERSION: started, fetched, ended
  start_desk || fail "the program does not start"
  await 150 "version $1" test -e "$versions/ready.json"
  stop_desk
}
runs() { [ "$(running)" = "$1" ] || fail "$(running) runs, expected $1"; }

enter_lab
install_deb try-install "$deb"
start_center
play_visit

publish "$update" "$next"
if publish "$update" "$next" --required-from 2027-01-01 2>/dev/null; then fail "a date without words was published"; fi
say "a date without words was refused by the center"

# Cut off by a kill of the program, then by the center's end.
before="$(carried)"
start_desk || fail "the program does not start"
runs /opt/certdesk/certdesk
await 120 "a fifth of the download" at_least $((size / 5))
kill -KILL "$desk"
stop_desk
first="$(stat -c %s "$versions"/download/*.part)" inode="$(stat -c %i "$versions"/download/*.part)"
start_desk || fail "the program does not start after a kill"
await 120 "half of the download" at_least $((size / 2))
stop_center
second="$(stat -c %s "$versions"/download/*.part)"
stop_desk
start_center
began=$(now_ms)
fetched "$next"
[ "$(stat -c %i "$versions"/download/*.update)" = "$inode" ] || fail "the download did not go on in the same file"
carried_mb=$((($(carried) - before) / 1000000))
say "fetched $((size / 1000000)) MB, cut at $((first / 1000000)) and $((second / 1000000)) MB and gone on with: $carried_mb MB went over the line"
[ "$carried_mb" -lt $((size / 1000000 * 115 / 100 + 20)) ] || fail "that is more than one download"

kept="$(sha256sum "$data/desk.db" | cut -d' ' -f1)"
start_desk 300 || fail "the program does not start with the update"
runs "/home/clerk/.local/share/certdesk/versions/$next/certdesk"
[ "$(state "$next")" = good ] || fail "$next is $(state "$next")"
[ "$(sha256sum "$versions/before-$next/desk.db" | cut -d' ' -f1)" = "$kept" ] || fail "the copy of the database is another"
say "$own → $next: unpacked, self-tested, window after $took ms; database kept in before-$next"
stop_desk
start_desk || fail "the new version does not start a second time"
runs "/home/clerk/.local/share/certdesk/versions/$next/certdesk"
say "second start of $next: window after $took ms"
stop_desk

# One that fails its self-test: a font is missing.
mkdir "$where/broken-$$"
tar -C "$where/broken-$$" -xf "$update"
broken="$where/broken-$$" file="$BUILD_ROOT/tmp/broken.tar.xz"
rm "$broken/_internal/resources/fonts/CertSans-Regular.ttf"
echo "$lame" >"$broken/_internal/resources/version.txt"
installer/deb/pack_update.sh "$broken" "$file" 0
publish "$file" "$lame"
fetched "$lame"
sum="$(data_sum)"
start_desk 300 || fail "the program does not start after a failed self-test"
runs "/home/clerk/.local/share/certdesk/versions/$next/certdesk"
[ "$(state "$lame")" = bad ] || fail "$lame is $(state "$lame")"
[ ! -e "$versions/$lame" ] || fail "$lame was left"
[ ! -e "$versions/before-$lame" ] || fail "data was copied for a version that was never tried"
say "$lame fails its self-test: not taken, $next runs, window after $took ms"
await_none() { ! [ -e "$versions/ready.json" ] && ! ls "$versions"/download/*.part >/dev/null 2>&1; }
sleep 75
await_none || fail "the failed version is fetched again"
say "… and its bytes are not fetched again"
stop_desk

# One that passes its self-test and never shows its window; it spoils the database before it ends.
tar -C "$broken" -xf "$update" ./_internal/resources/fonts/CertSans-Regular.ttf
echo "$mute" >"$broken/_internal/resources/version.txt"
mv "$broken/certdesk" "$broken/certdesk-real"
cat >"$broken/certdesk" <<'MUTE'
#!/bin/sh
[ "$1" = selftest ] && exec "$(dirname "$0")/certdesk-real" "$@"
echo spoilt >"$HOME/.local/share/certdesk/desk.db"
exit 1
MUTE
chmod 755 "$broken/certdesk"
installer/deb/pack_update.sh "$broken" "$file" 0
rm -rf "$broken"
publish "$file" "$mute" --required-from 2027-01-01 --words "修正补发月数"
fetched "$mute"
sum="$(data_sum)"
for try in 1 2; do
  if start_desk 300; then fail "$mute showed a window"; fi
  say "start $try of $mute: no window"
done
start_desk 120 || fail "the version before does not come back: $(tail -n 3 "$BUILD_ROOT/tmp/desk.log")"
runs "/home/clerk/.local/share/certdesk/versions/$next/certdesk"
[ "$(state "$mute")" = bad ] || fail "$mute is $(state "$mute")"
[ "$(cat "$versions/failed-$mute/desk.db")" = spoilt ] || fail "what the failed version left was not kept aside"
took_back=$took
stop_desk
clerk "certdesk audit --file-secrets" || fail "the data is not what it was"
say "$mute never showed its window: $next and its data are back, window after $took_back ms"
say "updates hold on $suite"
