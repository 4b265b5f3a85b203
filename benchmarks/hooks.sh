#!/bin/bash
# What our prolog and epilog add to a job: the median time of 50 "srun true" with them, against /bin/true hooks under the same
# PrologFlags=Alloc, in turns of ten so that a slow minute of the machine hits both. Needs target/stage (packaging/stage.sh).
#   benchmarks/hooks.sh [RUNS]
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
lab=$top/integration-tests/lab/lab
runs=${1:-50}
export LAB=${LAB:-/tmp/sobre-hooks}
trap '"$lab" down' EXIT
trap 'exit 130' INT TERM HUP
"$lab" up "$top/target/stage" --owner $$ >&2

use_hooks() {
  # shellcheck disable=SC2016
  "$lab" exec root -- sh -c 'sed -i "s:^Prolog=.*:Prolog=$1:;s:^Epilog=.*:Epilog=$2:" /etc/slurm/slurm.conf && scontrol reconfigure' sh "$1" "$2"
  sleep 3
}

# Milliseconds of each of N runs, one a line. Timed beside srun, on the controller.
time_runs() {
  # shellcheck disable=SC2016
  "$lab" exec alice -- perl -MTime::HiRes=time -e '
    for (1 .. $ARGV[0]) {
      my $start = time;
      system("srun", "-Q", "-w", "gpu1", "/bin/true") == 0 or die "srun failed\n";
      printf "%.1f\n", 1000 * (time - $start);
      select undef, undef, undef, 0.15;
    }' "$1"
}

median() { sort -n | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }

# The same without Slurm around it: fork, exec and end of each program, as slurmd starts it (no environment but the job's).
time_programs() {
  # shellcheck disable=SC2016
  "$lab" on gpu1 -- perl -MTime::HiRes=time -e '
    %ENV = (SLURM_JOB_ID => 0, SLURM_JOB_UID => 1000, SLURM_JOB_USER => "alice", SLURM_JOB_ACCOUNT => "lab", SLURM_JOB_PARTITION => "main",
      SLURM_JOB_GPUS => "0,1", SLURM_JOB_RESTART_COUNT => 0, SLURM_JOB_CPUS_PER_NODE => 8, SLURM_JOB_EXIT_CODE => 0);
    for my $program (@ARGV) {
      my @ms;
      for (1 .. 200) {
        $ENV{SLURM_JOB_ID} = 900000 + $_;
        my $start = time;
        system($program) == 0 or die "$program failed\n";
        push @ms, 1000 * (time - $start);
      }
      @ms = sort { $a <=> $b } @ms;
      printf "%-30s median of 200: %.2f ms\n", $program, ($ms[99] + $ms[100]) / 2;
    }' /bin/true /usr/libexec/sobre/prolog /usr/libexec/sobre/epilog
}

ours=$(mktemp) plain=$(mktemp)
trap '"$lab" down; rm -f "$ours" "$plain"' EXIT
time_runs 3 >/dev/null
for ((done = 0; done < runs; done += 10)); do
  use_hooks /bin/true /bin/true
  time_runs 10 >> "$plain"
  use_hooks /usr/libexec/sobre/prolog /usr/libexec/sobre/epilog
  time_runs 10 >> "$ours"
done
"$lab" daemon stop gpu1
time_programs
a=$(median < "$ours") b=$(median < "$plain")
printf 'median of %d srun true: with our hooks %.1f ms, with /bin/true hooks %.1f ms, difference %.1f ms\n' \
  "$(wc -l < "$ours")" "$a" "$b" "$(perl -e 'print $ARGV[0] - $ARGV[1]' "$a" "$b")"
