# What the stand-in hardware draws: a power function of the time of day, known beforehand, per device.
# Shared by the board, which turns it into registers and counters, and by expected-energy, which integrates it. It lies
# where no node can read it. Piecewise linear and periodic, so that its integral is exact up to floating point.
package PowerFunction;
use strict;
use warnings;
use POSIX qw(floor);

# load(FILE): {node}{part}{device} => function. A line: NODE PART DEVICE PERIOD T:WATTS T:WATTS ...
# T in seconds from 0, rising, below PERIOD; at PERIOD the first value comes again. The same T twice is a step. PART is gpu or cpu-package.
sub load {
  my ($file) = @_;
  open my $in, '<', $file or die "$file: $!\n";
  my %functions;
  while (my $line = <$in>) {
    $line =~ s/#.*//;
    next unless $line =~ /\S/;
    my ($node, $part, $device, $period, @points) = split ' ', $line;
    $functions{$node}{$part}{$device} = _function("$file:$.", $period, @points);
  }
  return \%functions;
}

sub _function {
  my ($where, $period, @points) = @_;
  my @knots = map { [split /:/] } @points;
  die "$where: the first point must be at 0\n" unless @knots && $knots[0][0] == 0;
  push @knots, [$period, $knots[0][1]];
  my @sum = (0);
  for my $i (1 .. $#knots) {
    my $width = $knots[$i][0] - $knots[$i - 1][0];
    die "$where: times must rise and stay below the period\n" unless $width >= 0 && $knots[$i - 1][0] < $period;
    push @sum, $sum[-1] + $width * ($knots[$i][1] + $knots[$i - 1][1]) / 2;
  }
  my @watts = sort { $a <=> $b } map { $_->[1] } @knots;
  return {period => $period, knots => \@knots, sum => \@sum, least => $watts[0], most => $watts[-1]};
}

# The segment that holds phase, 0 <= phase < period.
sub _segment {
  my ($f, $phase) = @_;
  my $i = 1;
  $i++ while $i < $#{$f->{knots}} && $f->{knots}[$i][0] <= $phase;
  return $i;
}

# watts(FUNCTION, T): power in watts at T seconds since 1970.
sub watts {
  my ($f, $t) = @_;
  my $phase = $t - $f->{period} * floor($t / $f->{period});
  my ($from, $to) = @{$f->{knots}}[_segment($f, $phase) - 1, _segment($f, $phase)];
  return $from->[1] + ($to->[1] - $from->[1]) * ($phase - $from->[0]) / ($to->[0] - $from->[0]);
}

# joules(FUNCTION, FROM, TO): the integral of the power between two times in seconds since 1970.
sub joules {
  my ($f, $from, $to) = @_;
  # whole periods are counted from FROM's own, so that no large number loses digits
  my $origin = floor($from / $f->{period});
  return _since($f, $origin, $to) - _since($f, $origin, $from);
}

sub _since {
  my ($f, $origin, $t) = @_;
  my $cycle = floor($t / $f->{period});
  my $phase = $t - $f->{period} * $cycle;
  my $i = _segment($f, $phase);
  my ($at, $watts) = @{$f->{knots}[$i - 1]};
  my $part = ($phase - $at) * ($watts + watts($f, $t)) / 2;
  return ($cycle - $origin) * $f->{sum}[-1] + $f->{sum}[$i - 1] + $part;
}

# swing(FUNCTION, FROM, TO): by how many watts the power differs within that time.
sub swing {
  my ($f, $from, $to) = @_;
  my @watts = sort { $a <=> $b } watts($f, $from), watts($f, $to), map { $_->[1] } _knots($f, $from, $to);
  return $watts[-1] - $watts[0];
}

# steps(FUNCTION, FROM, TO): the watts of each step up or down between two times.
sub steps {
  my ($f, $from, $to) = @_;
  my @knots = _knots($f, $from, $to);
  return map { $knots[$_][1] - $knots[$_ - 1][1] } grep { $knots[$_][0] == $knots[$_ - 1][0] } 1 .. $#knots;
}

# [time, watts] of each knot between two times, in order.
sub _knots {
  my ($f, $from, $to) = @_;
  my @found;
  for my $cycle (floor($from / $f->{period}) .. floor($to / $f->{period})) {
    # the last is the next cycle's first
    push @found, map { [$cycle * $f->{period} + $_->[0], $_->[1]] } @{$f->{knots}}[0 .. $#{$f->{knots}} - 1];
  }
  return grep { $_->[0] > $from && $_->[0] < $to } @found;
}

1;
