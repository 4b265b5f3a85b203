#!/bin/bash
# What Slurm's health check costs while nothing changes: the median of 300 runs, as slurmd starts it (fork, exec, end; no
# environment but the node's name), as a ratio to /bin/true, in turns so that a slow moment of the machine hits both. A good node of
# 8 cards that was looked at before; its state is written again each turn, as a daemon would. Needs no Slurm.
#   benchmarks/health-check.sh [RUNS]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
perl -MTime::HiRes=time -e '
  my ($check, $dir, $runs) = @ARGV;
  sub slurp { open my $in, "<", $_[0] or die "$_[0]: $!\n"; return scalar <$in> }
  sub spit { open my $out, ">", $_[0] or die "$_[0]: $!\n"; print $out $_[1] }
  sub state {
    my ($uptime) = slurp("/proc/uptime") =~ /(\S+)/;
    my $cards = join "", map { sprintf "gpu=%d 0000:%02x:00.0 GPU-5c1f0000-0000-0000-0000-00000000000%d ok\n", $_, 16 * $_, $_ } 0 .. 7;
    return "v=1\nuptime=$uptime\npolicy=drain\nverdict=good\ncauses=\nreason=\nkernel-log=read\n${cards}complete=1\n";
  }
  spit("$dir/acted", "clear\n");
  %ENV = (SLURMD_NODENAME => "n042");
  my %ms;
  for (1 .. $runs) {
    spit("$dir/health", state());
    for my $program (["/bin/true"], [$check, "$dir/health", "$dir/acted"]) {
      my $start = time;
      system(@$program) == 0 or die "@$program failed\n";
      push @{$ms{$program->[0]}}, 1000 * (time - $start);
    }
  }
  my %median = map { my @all = sort { $a <=> $b } @{$ms{$_}}; $_ => $all[@all / 2] } keys %ms;
  printf "median of %d: health-check %.2f ms, /bin/true %.2f ms: %.1f times as long\n",
    $runs, $median{$check}, $median{"/bin/true"}, $median{$check} / $median{"/bin/true"};
' "$top/slurm-integration/src/main/hooks/health-check" "$dir" "${1:-300}"
