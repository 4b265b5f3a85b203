#!/bin/bash
# Tests the daemon as its packages have it with NVIDIA's library, of which a stand-in compiled here is loaded in its place
# (node-hardware's fake_nvml.c, eight cards): its energy in a job's line, with the rights and the system calls of its unit and a noexec /tmp; what
# release gives back; a library that crashes; JNA without its native half. Root; needs a C compiler, jq, setpriv and systemd-analyze.
#   packaging/test-nvml.sh STAGE      STAGE: a tree made by packaging/stage.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${2:-}" != inside ]; then
  exec "$here/as-installed" "${1:?test-nvml.sh STAGE}" "$here/test-nvml.sh" "$1" inside
fi
version=$(basename /usr/share/sobre/lib/*)
# not in /tmp, which is noexec here
scratch=$(mktemp -d -p /var/cache)
chmod 755 "$scratch" /var/cache
# shellcheck source=packaging/eight-cards
. "$here/eight-cards"
make_library
mount -t tmpfs -o noexec,mode=1777 tmp /tmp
mount -t tmpfs -o mode=755 run /run
# shellcheck disable=SC2329,SC2317
finish() {
  [ -z "$daemon" ] || kill -KILL "$daemon" 2>/dev/null || :
  rm -rf "$scratch"
}
trap finish EXIT
ulimit -c 0
failures=0
ok() { echo "ok    $1"; }
bad() { echo "FAIL  $1" >&2; failures=$((failures + 1)); }
# expect WHAT FOUND TEST...
expect() {
  local what=$1 found=$2
  shift 2
  if "$@" >/dev/null; then ok "$what"; else bad "$what: found $found"; fi
}
# until_true SECONDS TEST...: waits for it
until_true() {
  local tries=$(($1 * 5))
  shift
  while ! "$@" 2>/dev/null; do
    tries=$((tries - 1))
    [ $tries -gt 0 ] || return 1
    sleep 0.2
  done
}

make_node 300
start() {
  start_daemon "$1"
  until_true 20 [ -S /run/sobre/job.sock ]
}
lines() { cat "$scratch"/ledger/*/*.jsonl 2>/dev/null | jq -c "$1"; }
line_of() { lines "select(.kind == \"job\" and .job.id == $1)"; }
has_line() { [ -n "$(line_of "$1")" ]; }
# one that is not waited for yet has nothing mapped
crashed() { ! grep -q . "/proc/$daemon/maps"; }
loaded() { grep -q libnvidia-ml "/proc/$daemon/maps"; }

start nvml
until_true 20 loaded || bad "the library is loaded: $(cat "$scratch/log")"
expect "the daemon runs under its unit's filter" "$(grep Seccomp "/proc/$daemon/status")" grep -q '^Seccomp:.*2$' "/proc/$daemon/status"
expect "the daemon has no right but its two" "$(grep CapEff "/proc/$daemon/status")" grep -q 'CapEff:.*0000000400000004$' "/proc/$daemon/status"
until_true 30 measures || bad "all cards are read: $(cat "$scratch/log")"
hook prolog 1
sleep 8
status=0
setpriv --reuid=65533 --regid=65533 --clear-groups sobre-monitord release 2>"$scratch/err" || status=$?
expect "release is root's" "status $status, $(cat "$scratch/err")" [ "$status" = 77 ]
expect "and who is refused changes nothing" "$(cat "$scratch/log")" loaded
status=0
sobre-monitord release --for 1m 2>"$scratch/err" || status=$?
expect "release" "status $status, $(cat "$scratch/err")" [ "$status" = 0 ]
expect "release gives everything back" "$(tail -n 1 "$scratch/nvml/trace")" [ "$(tail -n 1 "$scratch/nvml/trace")" = nvmlShutdown ]
if loaded; then bad "release unloads the library"; else ok "release unloads the library"; fi
calls=$(wc -l < "$scratch/nvml/trace")
sleep 5
expect "and asks no card" "$(tail -n 3 "$scratch/nvml/trace")" [ "$calls" = "$(wc -l < "$scratch/nvml/trace")" ]
expect "resume" "$(cat "$scratch/log")" sobre-monitord resume
until_true 30 loaded || bad "resume loads the library"
until_true 30 measures || bad "all cards are read again: $(cat "$scratch/log")"
sleep 6
ticks() { cut -d ' ' -f 14,15 "/proc/$daemon/stat" | { read -r user system; echo $((user + system)); }; }
before=$(ticks)
sleep 10
after=$(ticks)
echo "      $cards cards at 1 Hz: $(sed -n 's/^VmRSS:[ \t]*//p' "/proc/$daemon/status"), $((after - before)) ticks in 10 s, $(find "/proc/$daemon/task" -mindepth 1 -maxdepth 1 | wc -l) threads"
hook epilog 1
until_true 40 has_line 1 || bad "no line of job 1: $(cat "$scratch/log")"
line=$(line_of 1)
expect "energy is the counters'" "$line" jq -e "[.energy[] | select(.part == \"gpu\" and .microjoules.counter > 0 and (.microjoules.sampled | not))] | length == $cards" <<<"$line"
expect "the release is told" "$line" jq -e '[.energy[] | select(.part == "gpu") | .missing] | unique == ["released"]' <<<"$line"
expect "counter and power are compared, and agree" "$line" jq -e "[.counterCheck[] | select(.trusted and .counterMicrojoules > 0 and
  ((.counterMicrojoules - .integratedMicrojoules) | fabs) < 0.1 * .counterMicrojoules)] | length == $cards" <<<"$line"
# 45 W a step on average, but for where in the five seconds the observed ones lie
expect "the energy is the function's" "$line" jq -e '[.energy[] | select(.part == "gpu")] | to_entries | all(.value.microjoules.counter / 1e3 / .value.observedMs / (.key + 1) |
  . > 42 and . < 48)' <<<"$line"

hook prolog 2
sleep 5
echo crash > "$scratch/nvml/fault.nvmlDeviceGetPowerUsage"
echo 3 > "$scratch/nvml/fault.nvmlDeviceGetFieldValues"
if until_true 30 crashed; then ok "the stand-in crashed"; else bad "the daemon lives on"; kill -KILL "$daemon"; fi
wait "$daemon" || :
rm -f "$scratch"/nvml/fault.*
start auto
# it does not load the library again, and there is no nvidia-smi
until_true 30 "$scratch/measured" || bad "the daemon after a crash: $(cat "$scratch/log")"
hook epilog 2
until_true 40 has_line 2 || bad "no line of job 2: $(cat "$scratch/log")"
stop_daemon
expect "a library that crashes costs its seconds" "$(line_of 2)" jq -e '[.energy[] | select(.part == "gpu" and .microjoules.counter > 0)] | length == 8' <<<"$(line_of 2)"
expect "the ledger is whole" "" sobre --config "$scratch/sobre.yaml" ledger verify
# JNA's native half of another build, and none
cp "$scratch/nvml/libnvidia-ml.so.1" "$scratch/libjnidispatch.so"
mount --bind "$scratch/libjnidispatch.so" "/usr/lib/sobre/$version/libjnidispatch.so"
for what in "a native half that does not fit" "no native half"; do
  : > "$scratch/log"
  start auto
  until_true 30 grep -q "library cannot be used" "$scratch/log" || bad "$what: nothing is said: $(cat "$scratch/log")"
  sleep 2
  expect "$what: nvidia-smi is tried, the daemon goes on" "$(cat "$scratch/log")" kill -0 "$daemon"
  stop_daemon
  mount -t tmpfs none /usr/lib/sobre
done
found=$(find /tmp -name '*.so*' -o -name '*jna*')
expect "nothing is unpacked to /tmp" "$found" [ -z "$found" ]
[ $failures = 0 ] || { cat "$scratch/log" >&2; echo "test-nvml.sh: $failures failed" >&2; exit 1; }
