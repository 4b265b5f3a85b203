#!/bin/bash
# Builds the packages twice, the second time from a copy of the checkout in another directory, under another umask, time zone and
# language, another home and other times of the files, and compares them byte by byte; then lintian, which may find neither an error
# nor a warning. Leaves the first build in target/deb.
#   packaging/test-reproducible.sh [--built]      --built: compare with what is in target/deb already
# MVN_EXTRA goes to Maven. The unit tests are left out: test.sh runs them.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
case ${1:-} in
  ''|--built) ;;
  *) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 2 ;;
esac
export DEB_BUILD_OPTIONS=nocheck
mkdir -p "$top/target"
[ -n "${1:-}" ] || (umask 022; LC_ALL=C.UTF-8 TZ=UTC "$top/packaging/build-deb.sh" "$top/target/deb" >"$top/target/build-first.log" 2>&1) ||
  { tail -n 40 "$top/target/build-first.log" >&2; exit 1; }

other=$(mktemp -d)
trap 'rm -rf "$other"' EXIT
mkdir "$other/a place with a longer name"
copy="$other/a place with a longer name/copy"
mkdir "$copy"
(cd "$top" && { git ls-files -z --cached --others --exclude-standard 2>/dev/null || find . -name target -prune -o -path ./.git -prune -o -type f -print0; } |
  while IFS= read -r -d '' file; do [ ! -e "$file" ] || printf '%s\0' "$file"; done | tar --null --no-recursion -T - -cf -) | tar -m -xf - -C "$copy"
# Maven keeps what it has downloaded in the home
mkdir -p "$other/home" ~/.m2
ln -s ~/.m2 "$other/home/.m2"
(umask 077; HOME=$other/home LC_ALL=fr_FR.UTF-8 LANG=fr_FR.UTF-8 TZ=Pacific/Kiritimati "$copy/packaging/build-deb.sh" "$other/deb" >"$top/target/build-second.log" 2>&1) ||
  { tail -n 40 "$top/target/build-second.log" >&2; exit 1; }

failures=0
for deb in "$top"/target/deb/*.deb; do
  if cmp "$deb" "$other/deb/${deb##*/}"; then
    echo "same bytes: ${deb##*/} ($(sha256sum "$deb" | cut -c1-16))"
  else
    failures=$((failures + 1))
    if command -v diffoscope >/dev/null; then diffoscope --max-report-size 20000 "$deb" "$other/deb/${deb##*/}" >&2 || :; fi
  fi
done
[ "$(cd "$other/deb" && ls ./*.deb)" = "$(cd "$top/target/deb" && ls ./*.deb)" ] || { echo "the two builds do not have the same packages" >&2; failures=$((failures + 1)); }
lintian --fail-on error,warning "$top"/target/deb/*.changes || failures=$((failures + 1))
[ $failures = 0 ] || { echo "test-reproducible.sh: $failures failed" >&2; exit 1; }
echo "lintian: no error, no warning"
