#!/bin/bash
# What the daemon costs the jobs: memory (RSS) and processor time of sobre-monitord as installed, with its class-data archive and the rights of its unit,
# eight simulated NVIDIA cards (a stand-in of NVIDIA's library) read each second, 16 jobs, two to a card, and a scrape each 15 s; beside
# prometheus-node-exporter, scraped alike in the same run. Also how soon after its start it has its first readings.
# Fails beyond 60 MiB (the largest of a look each 15 s), 1.0 % of a core, or 1 s. Root; needs a C compiler, jq, curl, prometheus-node-exporter and 10 minutes.
#   benchmarks/footprint.sh STAGE [SECONDS]        STAGE: a tree made by packaging/stage.sh; 600 seconds
set -euo pipefail
packaging=$(cd "$(dirname "$0")/../packaging" && pwd)
if [ "${3:-}" != inside ]; then
  exec "$packaging/as-installed" "${1:?footprint.sh STAGE [SECONDS]}" "$0" "$1" "${2:-600}" inside
fi
seconds=$2
scratch=$(mktemp -d -p /var/cache)
chmod 755 "$scratch" /var/cache
/usr/libexec/sobre/class-archives
# shellcheck source=packaging/eight-cards
. "$packaging/eight-cards"
make_library
mount -t tmpfs -o mode=755 run /run
exporter=
# shellcheck disable=SC2329,SC2317
finish() {
  [ -z "$daemon" ] || kill -KILL "$daemon" 2>/dev/null || :
  [ -z "$exporter" ] || kill -KILL "$exporter" 2>/dev/null || :
  rm -rf "$scratch"
}
trap finish EXIT
make_node $((seconds + 120))
millis() { echo $(($(date +%s%N) / 1000000)); }
port=19100
prometheus-node-exporter --web.listen-address=127.0.0.1:$port >/dev/null 2>&1 &
exporter=$!
started=$(millis)
start_daemon nvml
while ! grep -q nvmlDeviceGetTotalEnergyConsumption "$scratch/nvml/trace" 2>/dev/null; do
  [ $(($(millis) - started)) -lt 20000 ] || { cat "$scratch/log" >&2; exit 1; }
  sleep 0.01
done
first=$(($(millis) - started))
sleep 2
for job in $(seq 16); do hook prolog "$job" $((job % cards)); done
scrape() {
  curl -sf -m 5 -o /dev/null "http://127.0.0.1:$port/metrics"
  curl -sf -m 5 -o /dev/null --unix-socket /run/sobre/metrics.sock http://localhost/metrics
}
# what a program does at its start only is not what it costs for the rest of the day
for _ in 1 2; do sleep 15; scrape; done
ticks() { cut -d ' ' -f 14,15 "/proc/$1/stat" | { read -r user system; echo $((user + system)); }; }
kib() { sed -n "s/^$2:[ \t]*\([0-9]*\) kB/\1/p" "/proc/$1/status"; }
before=$(millis) daemon_before=$(ticks "$daemon") exporter_before=$(ticks "$exporter")
most=0 quarter=
while [ $(($(millis) - before)) -lt $((seconds * 1000)) ]; do
  sleep 15
  scrape
  rss=$(kib "$daemon" VmRSS)
  [ "$rss" -le "$most" ] || most=$rss
  [ -n "$quarter" ] || [ $(($(millis) - before)) -lt $((seconds * 250)) ] || quarter=$rss
done
elapsed=$(($(millis) - before))
hertz=$(getconf CLK_TCK)
# row NAME PROCESS TICKS-BEFORE
row() {
  local used=$(($(ticks "$2") - $3))
  awk -v name="$1" -v rss="$(kib "$2" VmRSS)" -v peak="$(kib "$2" VmHWM)" -v used="$used" -v hertz="$hertz" -v elapsed="$elapsed" \
    'BEGIN { printf "%-26s %6.1f MiB now, %6.1f MiB at most   %5.2f %% of a core\n", name, rss / 1024, peak / 1024, used / hertz / (elapsed / 1000) * 100 }'
}
row sobre-monitord "$daemon" "$daemon_before"
row prometheus-node-exporter "$exporter" "$exporter_before"
awk '/^(Rss|Anonymous|Private_Dirty|Private_Clean|Shared_Clean):/ { printf "%s %.1f MiB  ", $1, $2 / 1024 } END { print "" }' "/proc/$daemon/smaps_rollup"
awk -v most="$most" -v quarter="$quarter" -v rss="$rss" \
  'BEGIN { printf "sobre-monitord, read each 15 s: %.1f MiB at most, %.1f at a quarter of the time, %.1f at its end\n", most / 1024, quarter / 1024, rss / 1024 }'
echo "first reading after $first ms, $(find "/proc/$daemon/task" -mindepth 1 -maxdepth 1 | wc -l) threads, over $((elapsed / 1000)) s"
failed=0
[ "$most" -le $((60 * 1024)) ] || { echo "memory: expected $((60 * 1024)) KiB at most, found $most" >&2; failed=1; }
awk -v used=$(($(ticks "$daemon") - daemon_before)) -v hertz="$hertz" -v elapsed="$elapsed" 'BEGIN { exit used / hertz / (elapsed / 1000) > 0.01 }' ||
  { echo "processor: expected 1.0 % of a core at most" >&2; failed=1; }
[ "$first" -lt 1000 ] || { echo "first reading: expected within 1000 ms, found $first" >&2; failed=1; }
exit $failed
