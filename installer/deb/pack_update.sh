#!/usr/bin/env bash
# pack_update.sh FOLDER FILE [LEVEL]: a frozen program as the file that the center sends to desks; the same bytes for the same program.
set -euo pipefail
folder="$1" file="$2" level="${3:-6}"
[ -x "$folder/certdesk" ] || [ -e "$folder/certdesk.exe" ] || { echo "there is no program in $folder" >&2; exit 1; }
tar -C "$folder" --sort=name --format=gnu --mtime="@${SOURCE_DATE_EPOCH:-0}" --owner=0 --group=0 --numeric-owner \
  --mode=u+rw,go=rX -cf - . | xz "-$level" --threads=1 >"$file.part"
mv "$file.part" "$file"
