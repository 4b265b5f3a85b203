#!/bin/bash
# What the compiled job_submit.lua adds to a submission: sbatch on the real slurmctld, in turns of 10, without the plugin, with a script that does
# nothing, and with ours, whose jobs name a profile. The medians of all runs, and what slurmctld itself took a submission (sdiag). Root; needs Slurm.
#   benchmarks/submit.sh SCRIPT [RUNS]         SCRIPT: what "sobre policy compile" wrote; RUNS of each kind, 1000 by default
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
script=$(readlink -f "${1:?submit.sh SCRIPT [RUNS]}")
runs=${2:-1000}
fleet=$top/integration-tests/lab/fleet/fleet
home=$(mktemp -d /tmp/sobre-submit.XXXXXX)
chmod 755 "$home"
clusters=()
down() {
  local cluster
  for cluster in "${clusters[@]}"; do "$fleet" down "$cluster"; done
  rm -rf "$home"
}
trap down EXIT
trap 'exit 130' INT TERM HUP

# kind NAME LINE: a slurmctld of its own, with a node that need not be up: the jobs are held
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
NodeName=n1 NodeAddr=10.98.0.1 CPUs=2 Gres=gpu:2 Feature=vram_ge_24g,vram_has_24g,gpu_cc_ge_6_0,gpu_vendor_amd,x
PartitionName=main Nodes=ALL Default=YES
$2
C
  [ -z "${3:-}" ] || install -m 644 "$3" "$at/etc/job_submit.lua"
  clusters+=("$at")
  "$fleet" up "$at" --owner $$
}

cat > "$home/empty.lua" <<'L'
function slurm_job_submit(job, parts, uid) return slurm.SUCCESS end
function slurm_job_modify(job, record, parts, uid) return slurm.SUCCESS end
return slurm.SUCCESS
L
kind without ''
kind empty JobSubmitPlugins=lua "$home/empty.lua"
kind ours JobSubmitPlugins=lua "$script"

# Milliseconds of each of N submissions, one a line
submit() {
  # shellcheck disable=SC2016
  "$fleet" exec "$home/$1" setpriv --reuid=1 --regid=1 --clear-groups perl -MTime::HiRes=time -e '
    chdir "/tmp";
    open my $said, ">&", \*STDOUT; open my $wrong, ">&", \*STDERR; open STDOUT, ">", "/dev/null"; open STDERR, ">", "/dev/null";
    for (1 .. $ARGV[0]) {
      my $start = time;
      system("sbatch", "-H", "-o", "/dev/null", "--gres=gpu:1", "-C", "x", "--comment=sobre:vram=24G", "--wrap", "true") == 0 or do { print $wrong "sbatch failed\n"; exit 1 };
      printf $said "%.2f\n", 1000 * (time - $start);
    }' "$2"
}

# Hundredths of a second of processor that slurmctld has had.
# shellcheck disable=SC2016
ticks() { "$fleet" exec "$home/$1" sh -c 'sed "s/.*) //" "/proc/$(pgrep -x slurmctld)/stat"' | awk '{print $12 + $13}'; }

# the order changes, so that a slow moment of the machine hits all alike; jobs do not pile up, for the plugin itself makes a table of them
declare -A before
for kind in without empty ours; do
  submit $kind 20 >/dev/null
  before[$kind]=$(ticks $kind)
done
order=(without empty ours)
for ((done = 0; done < runs; done += 10)); do
  for kind in "${order[@]}"; do
    submit "$kind" 10 | tee -a "$home/$kind.ms" | sort -n | sed -n 5p >> "$home/$kind.blocks"
    "$fleet" exec "$home/$kind" scancel -u daemon
  done
  order=("${order[@]:1}" "${order[0]}")
done
median() { sort -n | awk '{v[NR] = $1} END {print (NR % 2) ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'; }
controller() { "$fleet" exec "$home/$1" sdiag | awk '/REQUEST_SUBMIT_BATCH_JOB/ { sub(/.*ave_time:/, ""); print $1 + 0; exit }'; }
for kind in without empty ours; do
  # of each block of ten against the one without the plugin beside it
  more=$(paste "$home/$kind.blocks" "$home/without.blocks" | awk '{print 100 * ($1 / $2 - 1)}' | median)
  printf '%-8s median of %d sbatch: %.2f ms, %+.1f %% beside those without; slurmctld: %d us each by its clock, %d us of processor\n' \
    "$kind" "$runs" "$(median < "$home/$kind.ms")" "$more" "$(controller "$kind")" $((10000 * ($(ticks "$kind") - ${before[$kind]}) / runs))
done
lua5.1 - "$script" <<'L'
slurm = { SUCCESS = 0, ERROR = -1, log_user = string.format, log_error = print, log_info = string.format }
dofile(arg[1])
local begun = os.clock()
for _ = 1, 20000 do slurm_job_submit({ tres_per_node = "gres:gpu:1", features = "x", comment = "sobre:vram=24G" }, {}, 1000) end
print(string.format("the script alone: %.1f us", (os.clock() - begun) / 20000 * 1e6))
L
"$fleet" exec "$home/ours" scontrol show job -o | grep -c 'Features=x&vram_ge_24g' | sed 's/$/ jobs have a constraint of ours/'
