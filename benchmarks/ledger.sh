#!/bin/bash
# What accounting costs on a generated year of a site (330 nodes, 60 labs, 400 users, a million jobs), as installed: lines a second of
# `sobre ledger ingest` into a new SQLite database, its processor time and memory, bytes of the database per 1000 jobs; and of three reports
# the median wall time, whole process, file cache warm. Fails if a report is not what the generator put in: energy to the microjoule, jobs one
# by one. Where slurmdbd is installed, sacct and sreport on the same jobs beside it (slurmdbd.sh). Root; needs a tree made by packaging/stage.sh,
# javac, GNU time, perl, and below DIR some 4 GB of disk, 7 GB with slurmdbd's.
#   benchmarks/ledger.sh [JOBS [DIR [STAGE]]]    1000000; DIR keeps the year, which is made if it is not there, by default a temporary one
#   SOBRE_BESIDE=no                              leaves slurmdbd out, whose tables take longer to fill than all else
# JOBS fewer make fewer nodes: 330 for a million. Without other work on the machine, or the wall times are that work's: the load is said.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
jobs=${1:-1000000} stage=${3:-$top/target/stage} runs=7
case $jobs in ''|*[!0-9]*) echo "ledger.sh: $jobs: expected a number of jobs" >&2; exit 2 ;; esac

if [ "${4:-}" != inside ] && [ "${4:-}" != beside ]; then
  [ -x "$stage/usr/bin/sobre" ] || { echo "ledger.sh: $stage: expected a tree made by packaging/stage.sh, found no usr/bin/sobre in it" >&2; exit 66; }
  if [ -n "${2:-}" ]; then mkdir -p "$2"; dir=$(cd "$2" && pwd); else
    dir=$(mktemp -d "${TMPDIR:-/tmp}/sobre-year.XXXXXX")
    trap 'rm -rf "$dir"' EXIT
  fi
  if [ ! -d "$dir/truth" ]; then
    nodes=$((jobs * 330 / 1000000 / 2 * 2))
    [ "$nodes" -ge 2 ] || nodes=2
    # of the same sources as the tests, and of nothing of Sobre's
    classes=$(mktemp -d "$dir/classes.XXXXXX")
    javac -nowarn -proc:none -cp "$(echo "$stage"/usr/share/sobre/lib/*/jspecify-*.jar)" -d "$classes" \
      "$top"/energy-accounting/src/test/java/org/sobre/accounting/year/*.java
    java -cp "$classes" org.sobre.accounting.year.GeneratedYear "$dir" 8 "$nodes" 60 400 "$jobs"
    rm -rf "$classes"
  fi
  "$top/packaging/as-installed" "$stage" "$top/benchmarks/ledger.sh" "$jobs" "$dir" "$stage" inside
  exit
fi

dir=$2
db=$dir/accounting.db
year=(--since 2024-01-01 --until 2025-01-01)
printf 'schema: sobre/1\ncluster: cbp\ntimeZone: Europe/Paris\nlanguage: en\n' > "$dir/sobre.yaml"
export LC_ALL=C.UTF-8
sobre=(sobre --config "$dir/sobre.yaml")
of=(--ledger "$dir/ledger" --store "jdbc:sqlite:$db")

# timed NAME COMMAND...: the median of its times, whole process, also in $dir/ms/NAME
timed() {
  mkdir -p "$dir/ms"
  perl -MTime::HiRes=time -e '
    my ($dir, $name, $runs, @command) = @ARGV;
    my @ms;
    for my $run (0 .. $runs) {
      my $start = time;
      open my $out, "-|", @command or die; my @text = <$out>; close $out or die "$name: status $?\n";
      # the first warms the file cache
      push @ms, 1000 * (time - $start) if $run;
    }
    @ms = sort { $a <=> $b } @ms;
    printf "%-28s median %5.0f ms, least %5.0f ms (of %d runs)\n", $name, $ms[@ms / 2], $ms[0], $runs;
    open my $file, ">", "$dir/ms/$name" or die; print $file $ms[@ms / 2];
  ' "$dir" "$1" "$runs" "${@:2}"
}
report() { timed "$1" "${sobre[@]}" report "${of[@]}" --no-ingest "${@:2}"; }
# ratio NAME SOBRE: how many times as long as Sobre's NAME took
ratio() { perl -e 'my @ms = map { open my $f, "<", "$ARGV[0]/ms/$_" or die; 0 + <$f> } @ARGV[1, 2]; printf "%s takes %.2f times as long as %s\n", $ARGV[1], $ms[0] / $ms[1], $ARGV[2]' "$dir" "$1" "$2"; }

if [ "$4" = beside ]; then
  # a year's hours, one by one, take many minutes; of a month all that its report reads
  timeout 600 sacctmgr -i roll 2024-06-01 2024-07-01 >/dev/null
  # shellcheck disable=SC2054 # their own commas
  sreport=(sreport -P -t Seconds -T cpu,gres/gpu cluster AccountUtilizationByUser)
  # shellcheck disable=SC2054
  sacct=(sacct -X -a -P -o account,user,elapsedraw,alloctres)
  report "--by lab --month" --by lab --month 2024-06
  # of a month that is not rolled up it is fast, and empty
  rolled=$("${sreport[@]}" start=2024-06-01 end=2024-07-01 | grep -c '|lab-' || true)
  [ "$rolled" -gt 0 ] || { echo "ledger.sh: slurmdbd has nothing of June 2024 rolled up: sreport's time would be no figure" >&2; exit 1; }
  timed "sreport of the month" "${sreport[@]}" start=2024-06-01 end=2024-07-01
  ratio "sreport of the month" "--by lab --month"
  timed "sacct of the month" "${sacct[@]}" -S 2024-06-01 -E 2024-07-01
  report "--by user,gpu" --by user,gpu "${year[@]}"
  timed "sacct of the year" "${sacct[@]}" -S 2024-01-01 -E 2025-01-01
  ratio "sacct of the month" "--by lab --month"
  ratio "sacct of the year" "--by user,gpu"
  exit
fi
/usr/libexec/sobre/class-archives
rm -f "$db" "$db"-*
lines=$(cat "$dir"/ledger/*/*.jsonl | wc -l)
echo "load before: $(cut -d' ' -f1-3 /proc/loadavg), processors: $(nproc)"

/usr/bin/time -o "$dir/time" -f '%e %U %S %M' "${sobre[@]}" ledger ingest "${of[@]}"
known=$(cut -f2 "$dir/truth/total.tsv")
read -r wall user system memory < "$dir/time"
perl -e '
  my ($lines, $wall, $user, $system, $memory, $bytes, $jobs) = @ARGV;
  printf "ingest: %d lines in %.1f s: %.0f lines a second; %.2f s of processors per 100000 lines; at most %.0f MiB\n",
    $lines, $wall, $lines / $wall, ($user + $system) / $lines * 1e5, $memory / 1024;
  printf "database: %.1f MB, %.0f kB per 1000 jobs\n", $bytes / 1e6, $bytes / $jobs;
' "$lines" "$wall" "$user" "$system" "$memory" "$(stat -c %s "$db")" "$known"

report "--by lab --month" --by lab --month 2024-06
report "--by lab,month" --by lab,month "${year[@]}"
report "--by user,gpu" --by user,gpu "${year[@]}"
# a price by day and night that changes each month: what was drawn has to be known by the hour
{
  printf 'schema: sobre-factors/2\neuroPerKwh:\n'
  for month in 01 02 03 04 05 06 07 08 09 10 11 12; do
    until=2025-01-01
    [ "$month" = 12 ] || until=2024-$(printf %02d $((10#$month + 1)))-01
    printf '  - {from: 2024-%s-01, until: %s, source: made up, date: 2024, classes: {night: {value: 0.1%s, hours: "22:00-06:00"}, day: {value: 0.2%s, hours: "06:00-22:00"}}}\n' \
      "$month" "$until" "$month" "$month"
  done
} > "$dir/factors.yaml"
report "--by lab,month, tariffs" --by lab,month "${year[@]}" --factors "$dir/factors.yaml"
report "--by user,gpu, tariffs" --by user,gpu "${year[@]}" --factors "$dir/factors.yaml"
echo "load after: $(cut -d' ' -f1-3 /proc/loadavg)"

# truth SHEET KEY...: rows of a report against what was put in
truth() {
  local sheet=$1
  shift
  "${sobre[@]}" report "${of[@]}" --no-ingest --by "$(IFS=,; echo "$*")" "${year[@]}" --format json > "$dir/report.json"
  perl -MJSON::PP -MMath::BigInt -e '
    my ($report, $sheet, @keys) = @ARGV;
    local $/; open my $json, "<", $report or die; my $told = JSON::PP->new->allow_bignum->decode(<$json>);
    $/ = "\n"; my %true;
    open my $tsv, "<", $sheet or die;
    while (<$tsv>) { chomp; my @f = split /\t/; my $key = join "|", splice @f, 0, scalar @keys; $true{$key} = "$f[0] jobs, counter $f[1], sampled $f[2]" }
    my %seen; my $wrong = 0;
    for my $row (@{$told->{rows}}) {
      my $key = join "|", map { $row->{$_} } @keys;
      my $uj = $row->{energyMicrojoules} // {};
      $seen{$key} = sprintf "%s jobs, counter %s, sampled %s", $row->{jobs}, $uj->{counter} // 0, $uj->{sampled} // 0;
    }
    for my $key (sort keys %{{%true, %seen}}) {
      my ($is, $said) = ($true{$key} // "nothing", $seen{$key} // "nothing");
      next if $is eq $said;
      print STDERR "ledger.sh: $key: put in $is; reported $said\n" if $wrong++ < 5;
    }
    die "ledger.sh: $sheet: $wrong of " . keys(%true) . " rows are not what was put in\n" if $wrong;
    printf "%s: all %d rows are what was put in\n", $sheet =~ s{.*/}{}r, scalar keys %true;
  ' "$dir/report.json" "$dir/truth/$sheet.tsv" "$@"
}
truth lab-month lab month
truth lab-day lab day
truth user-gpu user gpu
truth node-month node month
truth profile profile

if [ "${SOBRE_BESIDE:-yes}" = no ] || ! command -v slurmdbd >/dev/null; then
  echo "sacct and sreport: left out, no slurmdbd, or SOBRE_BESIDE=no"
else
  # a year that was made before slurm.tsv was has none
  [ -s "$dir/truth/slurm.tsv" ] || { echo "ledger.sh: $dir/truth/slurm.tsv: expected the jobs as Slurm has them, found none: make the year anew in another directory" >&2; exit 66; }
  "$top/benchmarks/slurmdbd.sh" "$dir/truth/slurm.tsv" "$dir/slurmdbd" "$top/benchmarks/ledger.sh" "$jobs" "$dir" "$stage" beside
  rm -rf "$dir/slurmdbd"
fi
