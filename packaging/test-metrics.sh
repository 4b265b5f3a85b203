#!/bin/bash
# Tests the metrics as the packages have them: the daemon (three cards of a stand-in for NVIDIA's library), the port that the shipped units
# open, a real Prometheus that scrapes it for a minute: what it makes of the counters are the ledger's joules; every expression of the
# dashboard and every rule says something; clients that are slow or mean no harm. Root; needs a C compiler, jq, iproute2 and Debian's prometheus.
#   packaging/test-metrics.sh STAGE      STAGE: a tree made by packaging/stage.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(dirname "$here")
if [ "${2:-}" != inside ]; then
  # a network of its own: the ports here are nobody else's
  exec "$here/as-installed" "${1:?test-metrics.sh STAGE}" unshare --net "$here/test-metrics.sh" "$1" inside
fi
ip link set lo up
scratch=$(mktemp -d -p /var/cache)
chmod 755 "$scratch" /var/cache
mount -t tmpfs -o mode=755 run /run
started=()
# shellcheck disable=SC2329
finish() {
  for process in "${started[@]}"; do
    kill -KILL "$process" 2>/dev/null || continue
    wait "$process" 2>/dev/null || :
  done
  rm -rf "$scratch"
}
trap finish EXIT
failures=0
ok() { echo "ok    $1"; }
bad() { echo "FAIL  $1" >&2; failures=$((failures + 1)); }
# expect WHAT FOUND TEST...
expect() {
  local what=$1 found=$2
  shift 2
  if "$@"; then ok "$what"; else bad "$what: found $found"; fi
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

# user nobody in the place of user sobre, who is made by the packages
user=65534
mkdir -p /run/sobre/{slurm,jobs,state} "$scratch"/{nvml,ledger,tsdb}
chown $user:$user /run/sobre /run/sobre/state "$scratch"/{nvml,ledger,tsdb}
chown 0:$user /run/sobre/jobs
chmod 770 /run/sobre/jobs
cards=3
jq -n --arg boot "$(cat /proc/sys/kernel/random/boot_id)" --argjson cards $cards '{v: 1, node: "n1", boot: $boot, at: "2026-11-21T00:00:00Z", digest: "",
  slurmVersion: "22.05.8", delivery: "dynamic", features: [], memoryMiB: 1024, cpu: {model: "x", sockets: 1, cores: 16, threads: 16}, meters: [], probes: [],
  gres: [range($cards) | {position: ., name: "gpu", type: "l40s", file: "/dev/nvidia\(.)", device: "GPU-\(.)"}],
  gpus: [range($cards) | {index: ., vendor: "nvidia", model: "NVIDIA L40S", uuid: "GPU-\(.)", pciBusId: "0000:0\(. + 1):00.0", device: "/dev/nvidia\(.)",
    memoryTotalMiB: 46068, state: "ok", offered: true}]}' > /run/sobre/slurm/node.json
for i in $(seq 0 $((cards - 1))); do
  echo "0000:0$((i + 1)):00.0 GPU-$i NVIDIA L40S"
  # card i draws (i + 1) x 100 W, and a tenth less each fifth second
  for second in $(seq 0 600); do echo "$((second * 1000)) $(((i + 1) * (second % 5 ? 100000 : 90000)))"; done > "$scratch/nvml/power.$i"
  echo $((i * 45)) > "$scratch/nvml/busy.$i"
done > "$scratch/nvml/cards"
cc -std=c11 -D_GNU_SOURCE -O1 -shared -fPIC "-DSTATE=\"$scratch/nvml\"" -Wl,-soname,libnvidia-ml.so.1 -o "$scratch/nvml/libnvidia-ml.so.1" \
  "$here/../node-hardware/src/test/resources/org/sobre/hardware/gpu/nvidia/nvml/fake_nvml.c"
for unit in monitord metrics; do "$here/unit-filter" "$here/debian/sobre-node.sobre-$unit.service" "$scratch/within-$unit"; done
cat > "$scratch/sobre.yaml" <<CONFIG
schema: sobre/1
cluster: test
slurm: {controller: "127.0.0.1:1"}
meters: {nvidia: nvml}
metrics: {accounts: true}
ledger: {directory: $scratch/ledger}
CONFIG
# no function: what is started in the background is then the program itself, and no shell before it
as_user=(setpriv "--reuid=$user" "--regid=$user" --clear-groups --no-new-privs)
start_daemon() {
  LD_LIBRARY_PATH=$scratch/nvml "${as_user[@]}" --inh-caps=-all,+dac_read_search,+syslog --ambient-caps=-all,+dac_read_search,+syslog \
    --bounding-set=-all,+dac_read_search,+syslog "$scratch/within-monitord" sobre-monitord --config "$scratch/sobre.yaml" >>"$scratch/log" 2>&1 </dev/null &
  daemon=$!
  started+=("$daemon")
  until_true 30 [ -S /run/sobre/metrics.sock ]
}
hook() {
  SLURM_JOB_ID=$2 SLURM_JOB_UID=1203 SLURM_JOB_USER=alice SLURM_JOB_ACCOUNT=lab1 SLURM_JOB_GPUS=0,1,2 SLURM_JOB_CPUS_PER_NODE=8 SLURMD_NODENAME=n1 \
    SLURM_JOB_EXIT_CODE=0 "/usr/libexec/sobre/$1"
}
line_of() { cat "$scratch"/ledger/*/*.jsonl 2>/dev/null | jq -c "select(.kind == \"job\" and .job.id == $1)"; }
has_line() { [ -n "$(line_of "$1")" ]; }
# of a unit as it is shipped
unit_value() { sed -n "s/^$1=//p" "/usr/lib/systemd/system/sobre-metrics.$2"; }

start_daemon || bad "the daemon starts: $(cat "$scratch/log")"
expect "its socket is its user's alone" "$(stat -c '%a %u' /run/sobre/metrics.sock)" [ "$(stat -c '%a %u' /run/sobre/metrics.sock)" = "600 $user" ]
# what systemd does with the two units; IgnoreSIGPIPE= is one of its defaults, and without it the proxy dies of a client that goes
listen=$(unit_value ListenStream socket)
read -ra proxy <<<"$(unit_value ExecStart service)"
"${as_user[@]}" --inh-caps=-all --ambient-caps=-all --bounding-set=-all env --ignore-signal=PIPE systemd-socket-activate --listen="$listen" "$scratch/within-metrics" "${proxy[@]}" >>"$scratch/proxy.log" 2>&1 </dev/null &
started+=($!)
# one request by hand, its head in "$scratch/head" and its page in "$scratch/page"
scrape() {
  exec 3<>"/dev/tcp/${listen%:*}/${listen#*:}" || return 1
  printf '%s %s HTTP/1.1\r\nHost: %s\r\n\r\n' "${1:-GET}" "${2:-/metrics}" "$listen" >&3
  sed -u 's/\r$//; /^$/q' <&3 > "$scratch/head"
  cat <&3 > "$scratch/page"
  exec 3<&- 3>&-
  grep -q '^HTTP/1.1 200 ' "$scratch/head"
}
has_sample() { scrape && grep -q "^$1" "$scratch/page"; }
until_true 40 has_sample 'sobre_meter_joules_total{part="gpu",device="GPU-2",quality="counter"} [1-9]' || bad "the port answers: $(cat "$scratch/head" "$scratch/page" "$scratch/proxy.log")"
words=$(promtool check metrics < "$scratch/page" 2>&1) || bad "promtool check metrics: $words"
expect "promtool has nothing to say" "$words" [ -z "$words" ]
sed -n 's/^# TYPE \([^ ]*\) .*/\1/p' "$scratch/page" | sort > "$scratch/names"
sed -nE 's/^\| .((sobre|process)_[a-z_]*). \|.*/\1/p' "$top/docs/metrics.md" | sort > "$scratch/documented"
expect "docs/metrics.md has its names, and no other" "" diff "$scratch/names" "$scratch/documented"
expect "no user is named" "$(grep -i alice "$scratch/page")" [ -z "$(grep -i alice "$scratch/page")" ]
! scrape GET / || bad "another path is no page"
expect "another path is refused" "$(cat "$scratch/head")" grep -q '^HTTP/1.1 404 ' "$scratch/head"

words=$(promtool check rules /usr/share/sobre/prometheus/sobre.rules.yml 2>&1) || bad "the rules: $words"
words=$(cd "$top/conf/prometheus" && promtool test rules sobre.rules.test.yml 2>&1) || bad "promtool test rules: $words"

prometheus=127.0.0.1:9090
cat > "$scratch/prometheus.yml" <<CONFIG
global: {scrape_interval: 2s, scrape_timeout: 2s, evaluation_interval: 5s}
rule_files: [/usr/share/sobre/prometheus/sobre.rules.yml]
scrape_configs: [{job_name: sobre, static_configs: [{targets: ["$listen"]}]}]
CONFIG
"${as_user[@]}" prometheus --config.file="$scratch/prometheus.yml" --storage.tsdb.path="$scratch/tsdb" --web.listen-address=$prometheus >"$scratch/prometheus.log" 2>&1 </dev/null &
started+=($!)
query() { promtool query instant -o json "http://$prometheus" "$1"; }
is_up() { [ "$(query 'up' | jq -r '.[0].value[1]')" = 1 ]; }
until_true 30 is_up || bad "Prometheus scrapes: $(tail -n 5 "$scratch/prometheus.log")"
# lost SECONDS, turns SECONDS: scrapes without an answer, and turns of the daemon's loop, of the last so many seconds
lost() { query "sum(count_over_time(up[$1s])) - sum(sum_over_time(up[$1s]))" | jq -r '.[0].value[1]'; }
turns() { query "increase(sobre_monitord_steps_total[$1s])" | jq -r '.[0].value[1]'; }
# what this machine loses by itself just now, before the clients come
sleep 26
quiet_lost=$(lost 24) quiet_turns=$(turns 24)
until_true 30 "$here/measured" gpu/GPU-0 gpu/GPU-1 gpu/GPU-2 || bad "all cards are read: $(cat "$scratch/log")"
hook prolog 1
# a minute of clients that say nothing, 48 each three seconds, and of one that sends its request letter by letter
# shellcheck disable=SC2016
timeout 60 perl -MIO::Socket::INET -e 'while (1) { push @idle, IO::Socket::INET->new($ARGV[0]) for 1 .. 48; splice @idle, 0, @idle - 96 if @idle > 96; sleep 3 }' "$listen" &
silent=$!
# shellcheck disable=SC2016
timeout 60 perl -MIO::Socket::INET -e '$SIG{PIPE} = "IGNORE"; while (1) { my $s = IO::Socket::INET->new($ARGV[0]) or next; for (1 .. 30) { syswrite $s, "G" or last; select undef, undef, undef, 0.1 } }' "$listen" &
slow=$!
wait $silent $slow || :
lost=$(lost 56) turns=$(turns 50)
hook epilog 1
until_true 40 has_line 1 || bad "no line of job 1: $(cat "$scratch/log")"
sleep 3
line=$(line_of 1)
end=$(jq -r '(.end[0:19] + "Z" | fromdate) + ("0" + .end[19:-1] | tonumber)' <<<"$line")
milliseconds=$(jq -r .elapsedMs <<<"$line")
# The stated error (docs/metrics.md): two seconds of power, for figures have ages; joules by observed time, which are as old, do not have it.
during="[${milliseconds}ms] @ $end"
query "sum by (device) (increase(sobre_meter_joules_total{part=\"gpu\"}$during))" > "$scratch/increase"
query "sum by (device) (increase(sobre_meter_joules_total{part=\"gpu\"}$during)) / sum by (device) (increase(sobre_meter_observed_seconds_total{part=\"gpu\"}$during))" > "$scratch/watts"
compared=$(jq -c --slurpfile joules "$scratch/increase" --slurpfile watts "$scratch/watts" 'def of($found; $device): $found[0][] | select(.metric.device == $device) | .value[1] | tonumber;
  [.energy[] | select(.part == "gpu") | ([.microjoules[]] | add / 1e6) as $ledger | {device, $ledger, increase: of($joules; .device), bound: (2 * 100 * ((.device | ltrimstr("GPU-") | tonumber) + 1) + 2),
  ledgerWatts: ($ledger * 1e3 / .observedMs), watts: of($watts; .device)}]' <<<"$line")
echo "      $milliseconds ms until $end: $compared"
expect "increase() is the ledger's joules, of every card" "$compared" jq -e "length == $cards and all((.ledger - .increase | fabs) <= .bound and .ledger > 5000)" <<<"$compared"
expect "and by the time observed to a hundredth" "$compared" jq -e 'all((.ledgerWatts - .watts | fabs) <= 0.01 * .ledgerWatts)' <<<"$compared"
expect "no scrape was lost to clients that are slow or silent" "$lost, and $quiet_lost in 24 s without them" jq -en "$lost <= $quiet_lost * 56 / 24"
# a turn that is late is not made up for: where the machine itself has no time for all of them, clients take none
expect "and the loop turned each second" "$turns in 50 s, and $quiet_turns in 24 s without them" \
  jq -en "$turns < 53 and $turns > (if $quiet_turns > 22.5 then 47 else 47 * $quiet_turns / 24 end)"
echo "      $(query 'max(scrape_duration_seconds)' | jq -r '.[0].value[1]') s a scrape, $(query process_resident_memory_bytes | jq -r '.[0].value[1]') bytes of memory"

# Every expression of the dashboard, with its variables in place: parsed, of metrics that there are, and with something to say but those of trouble.
hook prolog 2
sleep 6
jq -r '.panels[] | . as $panel | .targets[]? | [$panel.title, .expr] | @tsv' /usr/share/sobre/grafana/sobre.json |
  sed 's/[$]node/.+/g; s/[$]__rate_interval/1m/g; s/[$]__range/1m/g' > "$scratch/expressions"
expressions=0
while IFS=$'\t' read -r title expression; do
  expressions=$((expressions + 1))
  found=$(query "$expression" 2>&1) || { bad "dashboard, $title: $found"; continue; }
  case $title in
    "Clock in doubt" | "Time missing, by reason") ;;
    *) [ "$(jq length <<<"$found")" != 0 ] || bad "dashboard, $title: $expression says nothing" ;;
  esac
  grep -oE '(sobre|process)_[a-z_]+' <<<"$expression" | sort -u | comm -23 - "$scratch/names" > "$scratch/unknown"
  [ ! -s "$scratch/unknown" ] || bad "dashboard, $title: there is no $(tr '\n' ' ' < "$scratch/unknown")"
done < "$scratch/expressions"
expect "the dashboard's expressions were asked" "$expressions" [ $expressions -ge 25 ]
while read -r rule; do
  expect "rule $rule" "nothing" [ "$(query "$rule" | jq length)" != 0 ]
done < <(sed -n 's/.*- record: //p' /usr/share/sobre/prometheus/sobre.rules.yml)
expect "no alert on a node that is well" "$(query ALERTS)" [ "$(query ALERTS | jq length)" = 0 ]
hook epilog 2

# A daemon that is stopped is told as down, and counts anew from its next start.
kill -TERM "$daemon"
wait "$daemon" || :
expect "the ledger is whole" "" sobre --config "$scratch/sobre.yaml" ledger verify
is_down() { ! is_up; }
expect "a daemon that is stopped is down" "up" until_true 30 is_down
start_daemon
expect "and up again" "down" until_true 40 is_up
until_true 40 has_sample 'sobre_meter_joules_total{part="gpu",device="GPU-2",quality="counter"} [0-9]\{1,4\}$' || bad "the counters begin anew: $(cat "$scratch/page")"
[ $failures = 0 ] || { cat "$scratch/log" "$scratch/proxy.log" >&2; echo "test-metrics.sh: $failures failed" >&2; exit 1; }
