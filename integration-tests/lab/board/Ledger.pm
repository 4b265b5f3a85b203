# The lines of a ledger as rows of cells, read with jq.
package Ledger;
use strict;
use warnings;
use Exporter qw(import);
use Time::Local qw(timegm);
our @EXPORT_OK = qw(seconds);

# seconds(TEXT): a time of the ledger, in seconds since 1970.
sub seconds {
  my ($text) = @_;
  my ($y, $mo, $d, $h, $mi, $s, $fraction) = $text =~ /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)(\.\d+)?Z$/ or die "not a UTC time: $text\n";
  return timegm($s, $mi, $h, $d, $mo - 1, $y) + ($fraction // 0);
}

# balances(FILES): a row per meter and balance line: node, part, device, from, to, elapsed and observed ms, the meter's microjoules, those of
# its shares, and the quality with the largest residual. jq's numbers are exact up to 2^53: 9 GJ in microjoules.
my $BALANCES = <<'JQ';
def total: (. // {}) | add // 0;
def parts: [(.jobs // [])[].microjoules, (.outsideSlurm // [])[].microjoules, .platformMicrojoules, .unknownMicrojoules];
select(.kind == "balance") | . as $line | .meters[] |
  . as $meter | (parts | map(. // {})) as $parts |
  (["counter", "sampled", "modelled"] | map(. as $q | (($meter.microjoules[$q] // 0) - ($parts | map(.[$q] // 0) | add)) | fabs) | max) as $residual |
  [$line.node, .part, .device, $line.from, $line.to, $line.elapsedMs, .observedMs, (.microjoules | total), ($parts | map(total) | add), $residual] | @tsv
JQ
sub balances { return _rows($BALANCES, @_) }

# jobs(FILES): a row per job line and meter: node, job id, account, part, device, begin, end, elapsed and observed ms, microjoules, of which by
# CPU time, and of the floor.
my $JOBS = <<'JQ';
select(.kind == "job") | . as $line | .energy[] |
  [$line.node, $line.job.id, $line.job.account, .part, .device, $line.begin, $line.end, $line.elapsedMs, .observedMs,
   ((.microjoules // {}) | add // 0), (.cpuTimeMicrojoules // 0), (.staticMicrojoules // 0)] | @tsv
JQ
sub jobs { return _rows($JOBS, @_) }

# held(FILES): a row per job line: node, job id, begin, end, processors reserved, the GPUs held.
my $HELD = <<'JQ';
select(.kind == "job") | [.node, .job.id, .begin, .end, (.held.cpus // 0), (.held.gpus // [])[].device] | @tsv
JQ
sub held { return _rows($HELD, @_) }

sub _rows {
  my ($filter, @files) = @_;
  # a daemon may be writing the last line of a file
  my $whole = q{filter=$1; shift; perl -ne 'print if /\n\z/' "$@" | jq -r "$filter"};
  open my $jq, '-|', 'sh', '-c', $whole, 'sh', $filter, @files or die "jq: $!\n";
  my @rows;
  while (my $row = <$jq>) { chomp $row; push @rows, [split /\t/, $row] }
  close $jq or die "jq failed on @files\n";
  return @rows;
}

1;
