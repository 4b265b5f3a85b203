#!/bin/bash
# How fast output gets through `sobre run` into a pipe and into a file, beside the command alone: MB/s of 1 GiB of lines of 62 characters, of
# SHA-256 that is the same, and the most memory that the wrapper had. Fails under 200 MB/s, where bytes differ, and where memory grows by
# 16 MiB from 1 MiB of output to 1 GiB. Needs a tree made by packaging/stage.sh; root.
#   benchmarks/output.sh [RUNS [STAGE]]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
if [ "${3:-}" != inside ]; then
  exec "$top/packaging/as-installed" "${2:-$top/target/stage}" "$top/benchmarks/output.sh" "${1:-5}" . inside
fi
exec perl -MTime::HiRes=time -MDigest::SHA -e '
  my $runs = shift;
  my $dir = `mktemp -d`; chomp $dir;
  my $lines = q{my $l = join "", map { sprintf "%062d\n", $_ } 0 .. 1023; $l .= "e" x (65536 - length $l); syswrite STDOUT, $l for 1 .. shift};
  sub generator { ("perl", "-e", $lines, $_[0]) }
  # the wrapper tells its peak through a command of its own: its parent is the wrapper
  my $peak = q{open my $s, "<", "/proc/" . getppid() . "/status"; /^VmHWM:\s+(\d+)/ and print STDERR $1 while <$s>};
  sub wrapped { ("sobre", "run", "--quiet", "--", "perl", "-e", "$lines; $peak", $_[0]) }
  sub through_pipe {
    open my $in, "-|", @_ or die;
    my $bytes = 0;
    while (my $n = sysread $in, my $piece, 1 << 20) { $bytes += $n }
    close $in or die "@_ failed\n";
    $bytes;
  }
  sub through_file {
    my $pid = fork // die;
    if (!$pid) { open STDOUT, ">", "$dir/out" or die; exec @_ or die }
    waitpid $pid, 0; $? and die "@_ failed\n";
    -s "$dir/out";
  }
  open my $told, ">&", \*STDERR;
  my %way = (pipe => \&through_pipe, file => \&through_file);
  my (%s, %kib, $failed);
  for my $run (0 .. $runs) {
    for my $to (sort keys %way) {
      for my $who ("alone", "wrapped") {
        for my $blocks ($who eq "wrapped" ? (16, 16384) : 16384) {
          my @command = $who eq "alone" ? generator($blocks) : wrapped($blocks);
          open STDERR, ">", "$dir/peak" or die;
          my $start = time;
          my $bytes = $way{$to}->(@command);
          my $took = time - $start;
          open STDERR, ">&", $told;
          $bytes == $blocks * 65536 or die "$to: expected ", $blocks * 65536, " bytes, found $bytes\n";
          push @{$s{"$to $who"}}, $took if $run && $blocks > 16;
          if ($who eq "wrapped") { open my $k, "<", "$dir/peak"; my $kib = <$k>; push @{$kib{"$to $blocks"}}, $kib if $run }
        }
      }
    }
  }
  my $median = sub { my @all = sort { $a <=> $b } @_; $all[@all / 2] };
  for my $to (sort keys %way) {
    my ($alone, $wrapped) = map { 1073.741824 / $median->(@{$s{"$to $_"}}) } "alone", "wrapped";
    my ($little, $much) = map { $median->(@{$kib{"$to $_"}}) / 1024 } 16, 16384;
    printf "%-5s %5.0f MB/s, alone %5.0f MB/s; at most %.1f MiB of memory after 1 GiB, %.1f after 1 MiB (medians of %d runs)\n", $to, $wrapped, $alone, $much,
      $little, $runs;
    $failed = 1 if $wrapped < 200 || $much > $little + 16;
  }
  # the peak is not asked for here
  open STDERR, ">", "$dir/peak" or die;
  my %sha = map { my $command = $_; my $sha = Digest::SHA->new(256); open my $in, "-|", $command eq "alone" ? generator(16384) : wrapped(16384) or die;
    $sha->addfile($in); $command => $sha->hexdigest } "alone", "wrapped";
  open STDERR, ">&", $told;
  $sha{alone} eq $sha{wrapped} or $failed = 1;
  print "SHA-256 ", $sha{alone} eq $sha{wrapped} ? "the same" : "differs", "\n";
  system "rm", "-rf", $dir;
  exit $failed;
' "$1"
