# Which part of a device is whose to pay, and what that comes to: the rules of docs/attribution.md, told again without Sobre's code. A job
# pays for the GPU that it holds, alike with those that hold it with it; of a CPU package the part of the node's processors that it
# reserved, or of those that are reserved if these are more: the lab's jobs have no control groups, so that no CPU time tells them apart.
package Share;
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use List::Util qw(max min sum0);
use PowerFunction;

# A meter's reading may lie this far from a mark, in seconds.
my $READING = 1;

# of_gpu(ME, HOLDERS): [from, to, part] of each stretch of time in which ME's part of a GPU is the same. ME and HOLDERS, who hold the same GPU and
# of whom ME is one: {from, to}, seconds since 1970.
sub of_gpu {
  my ($me, @holders) = @_;
  return _stretches($me, \@holders, sub { 1 / @_ });
}

# of_package(ME, PROCESSORS, JOBS): the same of a package, of a node with so many processors and these JOBS: {from, to, cpus}.
sub of_package {
  my ($me, $processors, @jobs) = @_;
  my $reserved = sub { min($_[0]{cpus}, $processors) };
  return _stretches($me, \@jobs, sub { $reserved->($me) / max($processors, sum0(map { $reserved->($_) } @_)) });
}

# PART is told who is there from the stretch's begin to its end.
sub _stretches {
  my ($me, $jobs, $part) = @_;
  my @cuts = sort { $a <=> $b } grep { $_ >= $me->{from} && $_ <= $me->{to} } map { @$_{qw(from to)} } @$jobs;
  my @stretches;
  for my $i (1 .. $#cuts) {
    my ($from, $to) = @cuts[$i - 1, $i];
    next if $from == $to;
    push @stretches, [$from, $to, $part->(grep { $_->{from} <= $from && $_->{to} >= $to } @$jobs)];
  }
  return @stretches;
}

# joules(FUNCTION, FROM, TO, STRETCHES): what the parts come to between two times.
sub joules {
  my ($f, $since, $until, @stretches) = @_;
  my $joules = 0;
  for my $stretch (@stretches) {
    my ($from, $to) = (max($stretch->[0], $since), min($stretch->[1], $until));
    $joules += $stretch->[2] * PowerFunction::joules($f, $from, $to) if $from < $to;
  }
  return $joules;
}

# doubt(FUNCTION, STRETCHES): the squares of the joules by which a second more or less of power may change that, where a part changes, its ends
# first of all, and at each step in between; their sum.
sub doubt {
  my ($f, @stretches) = @_;
  my ($squares, $before, $end) = (0, 0);
  for my $stretch (@stretches) {
    my ($from, $to, $part) = @$stretch;
    $squares += (($part - $before) * _swing($f, $from))**2;
    $squares += ($part * $_)**2 for PowerFunction::steps($f, $from, $to);
    ($before, $end) = ($part, $to);
  }
  $squares += ($before * _swing($f, $end))**2 if defined $end;
  return $squares;
}

sub _swing {
  my ($f, $mark) = @_;
  return $READING * PowerFunction::swing($f, $mark - $READING, $mark + $READING);
}

1;
