#!/bin/bash
# What `sobre run` adds to a command: its time over the command's own, in turns with it and with an empty JVM (`java -version`), and its memory
# (VmHWM of the JVM while the command runs), as installed, with its class-data archive: within a job of Slurm, whose node's daemon is asked before
# and after; outside Slurm beside the node's daemon; and within a job on a node whose daemon is dead. Fails beyond 150 ms (median) or 60 MiB. Root; needs a C compiler and jq.
#   benchmarks/run.sh [RUNS [STAGE]]        31 runs of each; STAGE: a tree made by packaging/stage.sh
set -euo pipefail
packaging=$(cd "$(dirname "$0")/../packaging" && pwd)
if [ "${3:-}" != inside ]; then
  exec "$packaging/as-installed" "${2:-$packaging/../target/stage}" "$0" "${1:-31}" . inside
fi
runs=$1
scratch=$(mktemp -d -p /var/cache)
chmod 755 "$scratch" /var/cache
/usr/libexec/sobre/class-archives
# shellcheck source=packaging/eight-cards
. "$packaging/eight-cards"
# shellcheck disable=SC2329,SC2317
finish() {
  [ -z "$daemon" ] || kill -KILL "$daemon" 2>/dev/null || :
  rm -rf "$scratch"
}
trap finish EXIT
make_library
mount -t tmpfs -o mode=755 run /run
make_node 900
start_daemon nvml
until measures; do
  [ $SECONDS -lt 60 ] || { cat "$scratch/log" >&2; exit 1; }
  sleep 0.5
done
java -version 2>&1 | head -n 1
failed=0

# Of the user whom the prolog names, with the umask and the environment of a login.
as_alice() { setpriv --reuid=1203 --regid=1203 --clear-groups env -i PATH=/usr/bin:/bin HOME="$scratch" LANG=C.UTF-8 "$@"; }
# compare WHAT VARIABLE...
compare() {
  local what=$1
  shift
  # shellcheck disable=SC2016
  as_alice "$@" perl -MTime::HiRes=time -e '
    my ($what, $runs, $scratch) = @ARGV;
    my %of = (bare => ["true"], java => ["java", "-version"], wrapped => ["sobre", "run", "--", "true"]);
    my %ms;
    open my $out, ">&", \*STDOUT;
    open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null"; open STDIN, "<", "/dev/null";
    for my $run (0 .. $runs) {
      for my $name ("bare", "java", "wrapped") {
        my $start = time;
        system(@{$of{$name}}) == 0 or die "$name failed\n";
        # the first of each warms the file cache
        push @{$ms{$name}}, 1000 * (time - $start) if $run;
      }
    }
    my %median = map { my @all = sort { $a <=> $b } @{$ms{$_}}; $_ => $all[@all / 2] } keys %ms;
    my $over = $median{wrapped} - $median{bare};
    printf $out "%-34s %4.0f ms over the %.1f ms of true, %.1f times java -version (medians of %d)\n", $what, $over, $median{bare},
      $median{wrapped} / $median{java}, $runs;
    exit($over > 150 ? 1 : 0);' "$what" "$runs" "$scratch" || failed=1
}
# memory WHAT VARIABLE...
memory() {
  local what=$1 wrapper kib
  shift
  as_alice "$@" sobre run -- sleep 3 >/dev/null 2>&1 &
  sleep 2
  wrapper=$(pgrep -u 1203 -x java)
  kib=$(sed -n 's/^VmHWM:[ \t]*\([0-9]*\) kB/\1/p' "/proc/$wrapper/status")
  wait %+ || :
  awk -v what="$what" -v kib="$kib" 'BEGIN { printf "%-34s %4.1f MiB at most\n", what, kib / 1024; exit kib > 60 * 1024 }' || failed=1
}
job=(SLURM_JOB_ID=7 SLURM_JOB_UID=1203 SLURM_JOB_USER=alice SLURM_JOB_GPUS=0 SLURMD_NODENAME=n1)
hook prolog 7 0
sleep 2
compare "in a job" "${job[@]}"
memory "in a job" "${job[@]}"
compare "outside Slurm, beside the daemon"
memory "outside Slurm, beside the daemon"
stop_daemon
compare "in a job without a daemon" "${job[@]}"
exit $failed
