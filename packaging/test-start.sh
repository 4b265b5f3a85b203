#!/bin/bash
# Tests how the command starts as its packages have it: with the class-data archives, with each thing that can be wrong with one,
# and where /tmp is noexec. Whatever is wrong costs time: never a word on stderr, never another status. Root.
#   packaging/test-start.sh STAGE      STAGE: a tree made by packaging/stage.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${2:-}" != inside ]; then
  exec "$here/as-installed" "${1:?test-start.sh STAGE}" "$here/test-start.sh" "$1" inside
fi
version=$(basename /usr/share/sobre/lib/*)
archive=/var/cache/sobre/$version/sobre.jsa
daemons=/var/cache/sobre/$version/sobre-monitord.jsa
# not in /tmp, which is noexec here
scratch=$(mktemp -d -p /var/cache)
trap 'rm -rf "$scratch"' EXIT
: > "$scratch/begun"
mount -t tmpfs -o noexec,mode=1777 tmp /tmp
# homes of this test's own: what other tests leave in this machine's is not theirs
mount -t tmpfs -o mode=700 root /root
mount -t tmpfs -o mode=755 home /home
failures=0
ok() { echo "ok    $1"; }
bad() { echo "FAIL  $1" >&2; failures=$((failures + 1)); }
# expect WHAT FOUND TEST...
expect() {
  local what=$1 found=$2
  shift 2
  if "$@"; then ok "$what"; else bad "$what: found $found"; fi
}

# Both programs say their version, and nothing else.
starts() {
  local what=$1 program status
  for program in sobre sobre-monitord; do
    status=0
    "$program" --version >"$scratch/out" 2>"$scratch/err" </dev/null || status=$?
    if [ $status = 0 ] && [ "$(cat "$scratch/out")" = "$program $version" ] && [ ! -s "$scratch/err" ]; then
      ok "$what: $program"
    else
      bad "$what: $program: status $status, stdout: $(cat "$scratch/out"), stderr: $(cat "$scratch/err")"
    fi
  done
}
# How many of the command's own classes come from the archive.
shared() { java -XX:+UseSerialGC -XX:TieredStopAtLevel=1 "-XX:SharedArchiveFile=$archive" -Xlog:class+load -cp "/usr/share/sobre/run/$version/sobre.jar" org.sobre.cli.Main --version | grep -c 'org.sobre.*shared objects file' || :; }

starts "no archives"
# an administrator's umask and options for Java are not every user's
words=$(umask 077; HOME=/tmp JAVA_TOOL_OPTIONS=-XX:+UseParallelGC /usr/libexec/sobre/class-archives 2>&1)
expect "class-archives is quiet" "$words" [ -z "$words" ]
left=$(find /tmp /root /home -mindepth 1; find /run/sobre /var/lib/sobre -newer "$scratch/begun" 2>/dev/null || :)
expect "class-archives leaves nothing behind" "$left" [ -z "$left" ]
for file in "$archive" "$daemons"; do expect "there is $file" "$(ls /var/cache/sobre/*)" [ -s "$file" ]; done
closed=$(find "/usr/share/sobre/run" /var/cache/sobre ! -perm -o=r)
expect "every user may read jars and archives" "$closed" [ -z "$closed" ]
classes=$(shared)
expect "Sobre's classes come from the archive" "$classes of them" [ "$classes" -gt 5 ]
starts "good archives"

# What a trigger, and the same package once more, change: nothing that a running JVM has open.
files() { stat -c '%i %n' "/usr/share/sobre/run/$version"/* /var/cache/sobre/"$version"/*; }
files > "$scratch/before"
words=$(/usr/libexec/sobre/class-archives 2>&1)
expect "class-archives once more is quiet" "$words" [ -z "$words" ]
cp -a "/usr/share/sobre/lib/$version" "$scratch/lib"
rm -r "/usr/share/sobre/lib/$version"
mv "$scratch/lib" "/usr/share/sobre/lib/$version"
words=$(/usr/libexec/sobre/class-archives 2>&1)
expect "class-archives after the same package once more is quiet" "$words" [ -z "$words" ]
expect "the same jars and archives are the same files" "$(files | diff "$scratch/before" - || :)" cmp -s "$scratch/before" <(files)

cp "$archive" "$scratch/sobre.jsa"
cp "$daemons" "$scratch/sobre-monitord.jsa"
# damaged WHAT COMMAND: COMMAND makes $1, a file's copy, another
damaged() {
  local what=$1 file
  for file in "$archive" "$daemons"; do
    rm -rf "$file"
    cp "$scratch/${file##*/}" "$file"
    eval "$2"
  done
  starts "$what"
}
# shellcheck disable=SC2016
{
  damaged "empty archives" ': > "$file"'
  damaged "archives of one byte" 'truncate -s 1 "$file"'
  damaged "archives with half a header" 'truncate -s 300 "$file"'
  damaged "archives cut in the middle" 'truncate -s $(($(stat -c %s "$file") / 2)) "$file"'
  damaged "archives cut at a page" 'truncate -s $(($(stat -c %s "$file") / 2 / 4096 * 4096)) "$file"'
  damaged "archives without their last byte" 'truncate -s -1 "$file"'
  damaged "garbage in place of archives" 'head -c 1000000 /dev/urandom > "$file"'
  damaged "garbage in place of their header" 'dd if=/dev/urandom of="$file" bs=4096 count=1 conv=notrunc status=none'
  damaged "archives of another JVM" 'printf "99.9.9+9" | dd of="$file" bs=1 seek=$(grep -abo "17\.0\.[0-9+]*" "$file" | head -n 1 | cut -d: -f1) conv=notrunc status=none'
  damaged "directories in place of archives" 'rm "$file"; mkdir "$file"'
  damaged "links to nothing" 'rm "$file"; ln -s nowhere "$file"'
  damaged "an archive of the other program" 'cp "$scratch/$([ "$file" = "$archive" ] && echo sobre-monitord || echo sobre).jsa" "$file"'
}
damaged "good archives again" :
touch "/usr/share/sobre/run/$version/sobre.jar" "/usr/share/sobre/run/$version/sobre-monitord.jar"
starts "jars of another time"
words=$(/usr/libexec/sobre/class-archives 2>&1)
expect "class-archives for jars of another time is quiet" "$words" [ -z "$words" ]
classes=$(shared)
expect "the archive is made for them" "$classes of Sobre's classes" [ "$classes" -gt 5 ]
rm -rf "/usr/share/sobre/run/$version"
starts "no links to the jars"

mount -t tmpfs -o size=1m run /usr/share/sobre/run
/usr/libexec/sobre/class-archives >/dev/null 2>&1
left=$(ls /usr/share/sobre/run)
expect "a full disk is left as it was" "$left" [ -z "$left" ]
starts "a full disk"
mount -o remount,size=64m /usr/share/sobre/run
/usr/libexec/sobre/class-archives
expect "where no hard link can be there are copies" "$(ls /usr/share/sobre/run/*)" cmp -s "/usr/share/sobre/lib/$version/sobre.jar" "/usr/share/sobre/run/$version/sobre.jar"

mkdir /tmp/ledger
# no line is in it, which the command says; what counts is that the database was made
status=0
sobre ledger ingest --ledger /tmp/ledger --store jdbc:sqlite:/tmp/accounting.db >"$scratch/out" 2>"$scratch/err" || status=$?
if [ $status = 65 ] && [ -s /tmp/accounting.db ]; then
  ok "a database with a noexec /tmp"
else
  bad "a database with a noexec /tmp: $(cat "$scratch/out" "$scratch/err")"
fi
found=$(find /tmp -name '*.so*')
expect "no library is unpacked to /tmp" "$found" [ -z "$found" ]
[ $failures = 0 ] || { echo "test-start.sh: $failures failed" >&2; exit 1; }
