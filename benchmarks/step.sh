#!/bin/bash
# What a second of the daemon costs beside the reading of its meters: time (median and 99th percentile) and bytes allocated, with
# 8 GPUs, 4 RAPL domains and 64 jobs, in a JVM with the flags of sobre-monitord. Fails if the step takes 200 us (median) or 32 KiB.
#   benchmarks/step.sh [OPTIONS OF JMH]        e.g. -f 3, or: step -p gpus=shared
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
cd "$top"
# JMH is fetched by the first run; MVN_EXTRA=-o afterwards
read -ra extra <<< "${MVN_EXTRA:-}"
mvn -q -B "${extra[@]}" -Pbenchmarks -pl benchmarks -am package -DskipTests
results=$(mktemp)
trap 'rm -f "$results"' EXIT
java -version 2>&1 | head -n 1
java -cp "benchmarks/target/classes:benchmarks/target/lib/*" org.openjdk.jmh.Main -prof gc -rf csv -rff "$results" "$@" > "$top/benchmarks/target/step.log"
perl -MText::ParseWords -e '
  my (%of, @order);
  while (<>) {
    my ($name, undef, undef, undef, $score, undef, undef, $gpus) = parse_line(",", 0, $_);
    my ($what, $figure) = $name =~ /StepBenchmark\.(\w+)(?::(.*))?$/ or next;
    my $key = sprintf "%-10s gpus %-6s", $what, $gpus =~ s/\s+$//r;
    push @order, $key unless $of{$key};
    $of{$key}{$figure // "mean"} = $score;
  }
  my $failed = 0;
  for my $key (@order) {
    my ($us) = grep { defined } map { $of{$key}{$_} } grep { /p0\.50$/ } keys %{$of{$key}};
    my ($late) = map { $of{$key}{$_} } grep { /p0\.99$/ } keys %{$of{$key}};
    my ($bytes) = map { $of{$key}{$_} } grep { /alloc\.rate\.norm$/ } keys %{$of{$key}};
    printf "%s  median %8.1f us  99%% %8.1f us  %9.0f bytes\n", $key, $us, $late, $bytes;
    $failed = 1 if $key =~ /^step/ && ($us >= 200 || $bytes >= 32 * 1024);
  }
  die "the step must take less than 200 us and 32768 bytes\n" if $failed;
' "$results"
