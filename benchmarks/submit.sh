#!/bin/bash
# What the compiled job_submit.lua adds to a submission, in wall time of sbatch on a real slurmctld that knows 330 nodes: without the plugin; with a
# script that does nothing; with ours, whose jobs name what they need; with ours and in each job another comment, which it has never met; and without
# the plugin, the constraint that ours writes typed by hand: the honest peer. One submission of each at a time, in a new order each round, and of
# each round the difference from the one without. All run before other programs (chrt), or a busy machine would hide three in a hundred.
# Fails if ours takes more than 3 % longer than without. Root; needs Slurm and lua5.1.
#   benchmarks/submit.sh [RUNS] [SCRIPT]      1000 rounds; SCRIPT: what "sobre policy compile" wrote, by default one made here of the frozen nodes
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
runs=1000 script=''
for word in "$@"; do
  case $word in
    ''|*[!0-9]*) script=$(readlink -e "$word") || { echo "submit.sh: $word: expected RUNS or a SCRIPT that is there" >&2; exit 2; } ;;
    *) runs=$word ;;
  esac
done
fleet=$top/integration-tests/lab/fleet/fleet
documents=$top/integration-tests/src/test/resources/frozen/v1/node
home=$(mktemp -d /tmp/sobre-submit.XXXXXX)
chmod 755 "$home"
clusters=()
# shellcheck disable=SC2317
down() {
  local cluster
  for cluster in "${clusters[@]}"; do "$fleet" down "$cluster"; done
  rm -rf "$home"
}
trap down EXIT
trap 'exit 130' INT TERM HUP

if [ -z "$script" ]; then
  script=$home/job_submit.lua
  "$top/sobre" policy compile --fleet "$documents" --policy "$top/conf/policy.yaml" --output "$script"
fi
features=$(perl -MJSON::PP -0 -ne 'print join ",", @{decode_json($_)->{features}}' "$documents/gpu1/node.json")

# kind NAME [SCRIPT]: a slurmctld of its own, with nodes that need not be up: the jobs are held
kind() {
  local at=$home/$1
  mkdir -p "$at/etc" "$at/nodes"
  printf 'CgroupAutomount=no\n' > "$at/etc/cgroup.conf"
  printf 'AutoDetect=off\n' > "$at/etc/gres.conf"
  cat > "$at/etc/slurm.conf" <<C
ClusterName=$1
SlurmctldHost=ctl(10.98.0.1)
SlurmUser=root
AuthType=auth/munge
StateSaveLocation=$at/state
SlurmctldPidFile=$at/run/slurmctld-own.pid
SlurmctldDebug=info
MpiDefault=none
MaxJobCount=100000
MinJobAge=2
SelectType=select/cons_tres
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
GresTypes=gpu
NodeName=n[1-330] NodeAddr=10.98.0.1 CPUs=2 Gres=gpu:2 Feature=$features,x State=DOWN
PartitionName=main Nodes=ALL Default=YES
${2:+JobSubmitPlugins=lua}
C
  [ -z "${2:-}" ] || install -m 644 "$2" "$at/etc/job_submit.lua"
  clusters+=("$at")
  chrt -f 10 "$fleet" up "$at" --owner $$
}

cat > "$home/empty.lua" <<'L'
function slurm_job_submit(job, parts, uid) return slurm.SUCCESS end
function slurm_job_modify(job, record, parts, uid) return slurm.SUCCESS end
return slurm.SUCCESS
L
kind without
kind empty "$home/empty.lua"
kind ours "$script"
kind unlike "$script"
kind byhand

cat > "$home/submitter.pl" <<'P'
# On a controller's machine: submits when it is told to, and says the milliseconds of each.
use strict; use warnings; use Time::HiRes 'time'; use POSIX ();
my ($constraint, $unlike) = @ARGV;
my $number = 0;
open my $said, ">&", \*STDOUT or die; select $said; $| = 1;
open STDOUT, ">", "/dev/null" or die; open STDERR, ">", "/dev/null" or die;
chdir "/tmp";
sub run {
  my $pid = fork // die "fork: $!";
  if (!$pid) { POSIX::setgid(1); POSIX::setuid(1); exec @_ or POSIX::_exit(127) }
  local $SIG{ALRM} = sub { kill KILL => $pid };
  alarm 20;
  1 while waitpid($pid, 0) < 0;
  alarm 0;
  $? == 0 or do { print "failed: @_\n"; exit 1 };
}
while (<STDIN>) {
  if (/submit/) {
    my $comment = "sobre:vram=24G" . ($unlike ? " run " . ++$number : "");
    my $begun = time;
    run("sbatch", "-H", "-o", "/dev/null", "--gres=gpu:1", "-C", $constraint, "--comment=$comment", "--wrap", "true");
    printf "%.3f\n", 1000 * (time - $begun);
  } else {
    # jobs do not pile up, for Slurm's plugin makes a table of them at each submission; how many have our word
    my $ours = () = `timeout 20 squeue -h -t pending -o %f` =~ /vram_ge_24g/g;
    run("scancel", "-u", "daemon");
    print "$ours\n";
  }
}
P

cat > "$home/rounds.pl" <<'P'
use strict; use warnings; use IPC::Open2; use List::Util 'shuffle';
my ($home, $runs, @order) = @ARGV;
my %of = (without => ["x", 0, "without the plugin"], empty => ["x", 0, "a script that does nothing"], ours => ["x", 0, "ours"],
  unlike => ["x", 1, "ours, another comment each"], byhand => ["x&vram_ge_24g", 0, "no plugin, typed by hand"]);
my (%in, %out, %ms, %constrained);
for my $kind (@order) {
  my $supervisor = do { local @ARGV = "$home/$kind/run/unshare.pid"; <> };
  chomp $supervisor;
  my ($init) = `pgrep -P $supervisor`;
  chomp $init;
  open2($out{$kind}, $in{$kind}, "nsenter", "-t", $init, "-m", "-n", "-p", "-u", "-i", "--", "env", "SLURM_CONF=$home/$kind/etc/slurm.conf",
    "chrt", "-f", "10", "perl", "$home/submitter.pl", $of{$kind}[0], $of{$kind}[1]);
  $in{$kind}->autoflush(1);
}
sub ask {
  my ($kind, $what) = @_;
  print {$in{$kind}} "$what\n";
  my $line = readline($out{$kind}) // die "$kind: the submitter ended\n";
  $line =~ /^([\d.]+)$/ or die "$kind: $line";
  return $1;
}
# the first are not counted: caches, and slurmctld's own start
for my $round (-19 .. $runs) {
  for my $kind (shuffle @order) {
    my $ms = ask($kind, "submit");
    push @{$ms{$kind}}, $ms if $round > 0;
  }
  next if $round % 10 and $round != $runs;
  for my $kind (@order) {
    my $count = ask($kind, "clear");
    $constrained{$kind} += $count if $round > 0;
  }
}
sub median { my @all = sort { $a <=> $b } @_; ($all[$#all / 2] + $all[@all / 2]) / 2 }
my %more;
for my $kind (@order) {
  $more{$kind} = median(map { 100 * ($ms{$kind}[$_] / $ms{without}[$_] - 1) } 0 .. $runs - 1);
  printf "%-27s %6.2f ms of sbatch, %+5.2f %% beside those without; %d of %d jobs have the word vram_ge_24g (medians)\n", $of{$kind}[2],
    median(@{$ms{$kind}}), $more{$kind}, $constrained{$kind} // 0, $runs;
}
printf "the price of the constraint is %+.2f %%, that of Slurm's Lua plugin %+.2f %%, that of our script and what it says %+.2f %%\n", $more{byhand},
  $more{empty}, $more{ours} - $more{byhand} - $more{empty};
($constrained{ours} // 0) == $runs or die "ours: not each job has a constraint\n";
exit($more{ours} > 3 ? 1 : 0);
P
status=0
perl "$home/rounds.pl" "$home" "$runs" without empty ours unlike byhand || status=$?
lua5.1 - "$script" <<'L'
slurm = { SUCCESS = 0, ERROR = -1, log_user = string.format, log_error = print, log_info = string.format }
dofile(arg[1])
for _, of in ipairs({ { "met before", function() return "sobre:vram=24G" end }, { "new", function(i) return "sobre:vram=24G run " .. i end } }) do
  local begun = os.clock()
  for i = 1, 20000 do slurm_job_submit({ tres_per_node = "gres:gpu:1", features = "x", comment = of[2](i) }, {}, 1000) end
  print(string.format("the script alone, of a request that is %s: %.1f us", of[1], (os.clock() - begun) / 20000 * 1e6))
end
L
exit $status
