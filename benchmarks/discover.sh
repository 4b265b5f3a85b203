#!/bin/bash
# What "sobre discover" costs beyond the vendor's tool: median and least milliseconds of N runs on a node of eight GPUs, against the same
# four questions put to nvidia-smi at the same time from a shell, in turns so that a slow minute of the machine hits both. As installed,
# with the class-data archives that the packages make, and without them. The stand-in replays a recording of one card as eight, and takes
# as long as it is told for each answer. JVM start included. Fails above 400 ms with archives.
# Root; needs target/stage (packaging/stage.sh).
#   benchmarks/discover.sh [RUNS [TOOL_MS]]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
if [ "${3:-}" != inside ]; then
  exec "$top/packaging/as-installed" "$top/target/stage" "$top/benchmarks/discover.sh" "${1:-20}" "${2:-300}" inside
fi
/usr/libexec/sobre/class-archives
runs=${1:-20}
tool_ms=${2:-300}
limit_ms=400
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
mkdir "$work/bin"

# Eight cards of one: other address, UUID and minor each, as long as the real answer.
perl -0777 -e '
  my $xml = <STDIN>;
  my ($before, $card, $after) = $xml =~ m{^(.*?)(<gpu id=.*?</gpu>)(.*)$}s or die "no card in the recording\n";
  my ($address) = $card =~ /<gpu id="([^"]+)"/;
  print $before;
  for my $n (0 .. 7) {
    my $one = $card;
    my $bus = sprintf "00000000:%02X:00.0", 0x10 + 0x10 * $n;
    $one =~ s/\Q$address\E/$bus/g;
    $one =~ s{<uuid>[^<]*</uuid>}{sprintf "<uuid>GPU-00000000-0000-4000-8000-00000000000%d</uuid>", $n}e;
    $one =~ s{<minor_number>[^<]*</minor_number>}{<minor_number>$n</minor_number>};
    print "$one\n";
  }
  $after =~ s/^.*?(<\/nvidia_smi_log>)/$1/s;
  print $after;' \
  <"$top/node-hardware/src/test/resources/recordings/nvidia/rtx3090_590.44.01_q-x.xml" \
  | sed 's:<attached_gpus>[0-9]*<:<attached_gpus>8<:' >"$work/q-x"
cp "$top/node-hardware/src/test/resources/recordings/nvidia/a100-sxm4-x8-p4d_unknown_topo-m.txt" "$work/topo-m"
for n in 0 1 2 3 4 5 6 7; do
  echo "GPU $n: NVIDIA GeForce RTX 3090 (UUID: GPU-00000000-0000-4000-8000-00000000000$n)" >>"$work/L"
  echo "GPU-00000000-0000-4000-8000-00000000000$n, 8.6" >>"$work/query"
done
cat >"$work/bin/nvidia-smi" <<END
#!/bin/sh
sleep $(awk "BEGIN {print $tool_ms / 1000}")
case "\$1" in
  -q) exec cat "$work/q-x" ;;
  -L) exec cat "$work/L" ;;
  topo) exec cat "$work/topo-m" ;;
  --query-gpu=uuid,compute_cap) exec cat "$work/query" ;;
esac
exit 2
END
chmod 755 "$work/bin/nvidia-smi"
printf 'schema: sobre/1\ndiscovery: {tools: {nvidiaSmi: %s/bin/nvidia-smi}}\n' "$work" >"$work/sobre.yaml"

tools_alone() {
  for question in "-q -x" "-L" "topo -m" "--query-gpu=uuid,compute_cap --format=csv,noheader"; do
    # shellcheck disable=SC2086
    "$work/bin/nvidia-smi" $question >/dev/null &
  done
  wait
}
discover() {
  sobre --config "$work/sobre.yaml" discover --format json >"$work/out" 2>"$work/err"
}
archives=(/var/cache/sobre/*)
without() {
  mv "${archives[0]}" "${archives[0]}.away"
  milliseconds discover >>"$work/without.ms"
  mv "${archives[0]}.away" "${archives[0]}"
}
milliseconds() {
  local start=${EPOCHREALTIME/[.,]/}
  "$@"
  echo $(((${EPOCHREALTIME/[.,]/} - start) / 1000))
}

discover
cards=$(grep -c '"pciBusId"' "$work/out" || :)
linked=$(grep -c '"links"' "$work/out" || :)
if [ "$cards" != 8 ] || [ "$linked" != 8 ]; then
  echo "discover.sh: expected 8 cards with links in the answer, found $cards and $linked: $(head -c 600 "$work/out")" >&2
  exit 1
fi
for ((i = 0; i < runs; i++)); do
  milliseconds tools_alone >>"$work/tools.ms"
  milliseconds discover >>"$work/sobre.ms"
  without
done
median() { sort -n "$1" | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
least() { sort -n "$1" | head -1; }
tools=$(median "$work/tools.ms")
sobre=$(median "$work/sobre.ms")
beyond=$(awk "BEGIN {printf \"%d\", $sobre - $tools}")
echo "runs $runs, the tool takes $tool_ms ms: tools alone $tools ms (least $(least "$work/tools.ms")), sobre discover $sobre ms" \
  "(least $(least "$work/sobre.ms")), beyond them $beyond ms, ratio $(awk "BEGIN {printf \"%.2f\", $sobre / $tools}");" \
  "without archives $(median "$work/without.ms") ms (least $(least "$work/without.ms"))"
if [ "$beyond" -gt "$limit_ms" ]; then
  echo "discover.sh: expected at most $limit_ms ms beyond the tools, found $beyond ms; load of this machine: $(cut -d ' ' -f 1-3 /proc/loadavg)" >&2
  exit 1
fi
