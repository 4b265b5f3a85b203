#!/bin/bash
# How long `sobre --version` and `sobre-monitord --version` take as installed, with their class-data archives and without, beside
# an empty JVM (`java -version`): medians of runs in turns, so that a slow moment of the machine hits all. Root; needs a tree
# made by packaging/stage.sh.
#   benchmarks/start.sh [RUNS [STAGE]]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
if [ "${3:-}" != inside ]; then
  exec "$top/packaging/as-installed" "${2:-$top/target/stage}" "$top/benchmarks/start.sh" "${1:-15}" . inside
fi
/usr/libexec/sobre/class-archives
java -version 2>&1 | head -n 1
perl -MTime::HiRes=time -e '
  my $runs = shift;
  my ($cache) = glob "/var/cache/sobre/*";
  my %of = ("java -version" => ["java", "-version"], "sobre" => ["sobre", "--version"], "sobre without archive" => ["sobre", "--version"],
    "sobre-monitord" => ["sobre-monitord", "--version"]);
  open my $out, ">&", \*STDOUT;
  open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null"; open STDIN, "<", "/dev/null";
  my %ms;
  for my $run (0 .. $runs) {
    for my $name (sort keys %of) {
      my $hidden = $name =~ /without/;
      rename $cache, "$cache.away" or die if $hidden;
      my $start = time;
      system(@{$of{$name}}) == 0 or die "$name failed\n";
      # the first of each warms the file cache
      push @{$ms{$name}}, 1000 * (time - $start) if $run;
      rename "$cache.away", $cache or die if $hidden;
    }
  }
  my %median = map { my @all = sort { $a <=> $b } @{$ms{$_}}; $_ => $all[@all / 2] } keys %ms;
  my %least = map { my @all = sort { $a <=> $b } @{$ms{$_}}; $_ => $all[0] } keys %ms;
  for my $name (sort { $median{$a} <=> $median{$b} } keys %median) {
    printf $out "%-22s median %4.0f ms, least %4.0f ms, %.1f times java -version (of %d runs)\n", $name, $median{$name}, $least{$name},
      $median{$name} / $median{"java -version"}, $runs;
  }
' "$1"
