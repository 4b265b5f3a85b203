#!/bin/bash
# The whole path, for real: a Slurm cluster in namespaces on this machine, four unlike nodes that describe themselves, two labs whose
# people submit the shipped batch files, a station without Slurm, and at the end the report per lab. Fresh Debian 12, root, this checkout;
# nothing else.
#   ./demo.sh          everything is gone at the end, on Ctrl-C too
#   ./demo.sh --keep   leaves the cluster up and says how to enter it
set -euo pipefail
top=$(cd "$(dirname "$0")" && pwd)
lab=$top/integration-tests/lab/lab
export LAB=${LAB:-/tmp/sobre-demo}
keep=no
case ${1:-} in
  '') ;;
  --keep) keep=yes ;;
  -h|--help) sed -n '2,6s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "demo.sh: $1 is not an option" >&2; sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
[ "$(id -u)" = 0 ] || { echo "demo.sh: namespaces and mounts need root" >&2; exit 77; }

headline() { if [ -t 1 ]; then printf '\n\033[1m== %s\033[0m\n' "$*"; else printf '\n== %s\n' "$*"; fi; }
trap 'echo "demo.sh: line $LINENO failed, status $?: $BASH_COMMAND" >&2' ERR
# wait_for SECONDS WHAT COMMAND...
wait_for() {
  local deadline=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    [ $SECONDS -lt "$deadline" ] || { echo "demo.sh: expected $what, found none in time: is this machine very busy?" >&2; exit 1; }
    sleep 0.5
  done
}
as() { local user=$1; shift; "$lab" exec "$user" -- "$@"; }

if [ -e "$LAB" ]; then
  echo "demo.sh: a cluster is up in $LAB, or was left there: LAB=$LAB $lab down ends and removes it" >&2
  exit 1
fi
"$top/integration-tests/lab/install-packages"

headline "Building this checkout"
"$top/sobre" --version

headline "A Slurm cluster, and four unlike machines that describe themselves"
yaml=$(mktemp)
trap 'rm -f "$yaml" "$yaml.station"; "$lab" down' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP
cat > "$yaml" <<'Y'
schema: sobre/1
cluster: lab
timeZone: Europe/Paris
slurm: {controller: "ctl:6817"}
ledger: {directory: /srv/sobre/ledger, checkpoint: 10s}
Y
owner=()
[ "$keep" = yes ] || owner=(--owner $$)
"$lab" up "$top/target/stage" --config "$yaml" "${owner[@]}"
as root sinfo -N -p main -o '%8N %7T %G'
as root sinfo -h -N -p main -o '%N: %f' | sed 's/,/, /g' | fold -s -w 120

# as a site would: jobs that fit anywhere go to the pair first, and to the node with the old cards last
as root scontrol update NodeName=amd1 Weight=10
as root scontrol update NodeName=mixed1 Weight=20

headline "Two labs submit the shipped templates"
export SOBRE_STANDIN_SECONDS=${SOBRE_STANDIN_SECONDS:-60}
echo "No model runs here: accelerate and python3 are stand-ins on the users' PATH that work for $SOBRE_STANDIN_SECONDS s, so images per second mean nothing."
templates=/usr/share/sobre/templates
as carol sbatch "$templates/llm-finetune.sbatch"
as alice env STEPS=4 sbatch "$templates/sd-finetune.sbatch"
as bob sbatch "$templates/sd-infer.sbatch"
as carol sbatch "$templates/cpu-infer.sbatch"

headline "24 GB on a node whose cards are unlike (one L4 of 24 GB, two GPUs of a K80 with 12): every card has them, or one has"
echo '$ sbatch -p mixed --gres=gpu:1 --constraint=vram_ge_24g'
as bob sbatch -p mixed --gres=gpu:1 --constraint=vram_ge_24g "$templates/sd-infer.sbatch" || echo "refused: it would run on a K80"
echo '$ sbatch -p mixed --gres=gpu:nvidia_l4:1 --constraint=vram_has_24g'
as bob sbatch -p mixed --gres=gpu:nvidia_l4:1 --constraint=vram_has_24g "$templates/sd-infer.sbatch"

headline "A card of AMD"
echo '$ sbatch --constraint=gpu_vendor_amd'
as alice sbatch --constraint=gpu_vendor_amd "$templates/sd-infer.sbatch"

headline "Who is on which card, at how many watts (sobre watch, and the metrics for Prometheus)"
figures() { "$lab" on amd1 -- curl -s --unix-socket /run/sobre/metrics.sock http://localhost/metrics | grep -E '^sobre_(meter_watts|gpu_busy_ratio)'; }
measured() { figures | grep -Eq '^sobre_meter_watts\{.*part="gpu".*\} [1-9]'; }
wait_for 90 "power of amd1's card in its daemon's metrics" measured
"$lab" on amd1 -- sobre watch --count 2 | cat
figures

headline "A station without Slurm: the same command, its own ledger"
on_station() { "$lab" on station1 "$@"; }
wait_for 60 "the station's daemon" on_station -- test -S /run/sobre/job.sock
on_station --user carol -- env SOBRE_STANDIN_SECONDS=15 sobre run --account lab-nlp -- python3 train.py
# the balance of a running hour is written at its end, or when the daemon stops
"$lab" daemon stop station1
on_station -- sobre report --by user | tee "$yaml.station"
grep -q '^ carol ' "$yaml.station" || { echo "demo.sh: the station's report lacks carol's run" >&2; exit 1; }

deadline=$((SECONDS + 150))
until [ -z "$(as root squeue -h -o %i)" ]; do
  [ $SECONDS -lt $deadline ] || { echo "demo.sh: jobs still run after 150 s:" >&2; as root squeue >&2; exit 1; }
  sleep 2
done
# the daemon seals a job's line some seconds after its end
sleep 5

headline "What Slurm's accounting says (sacct)"
as root sacct -a -X -o 'JobID%6,JobName%14,User%6,Account%10,State%10,ExitCode,Elapsed,NodeList%8,AllocTRES%44'

headline "What one job drew, part by part (sobre job 2)"
as root sobre job 2

headline "What the people find in their job's output"
for user in alice bob carol; do
  for output in "$LAB/home/$user"/*.out; do
    printf -- '--- %s: %s\n' "$user" "${output##*/}"
    cat "$output"
  done
done

headline "What the labs owe (sobre report --by lab)"
for node in gpu1 mixed1 amd1 cpu1; do "$lab" daemon stop "$node"; done
as root sobre ledger ingest
as root sobre report --by lab

headline "Is the ledger whole? (sobre ledger verify)"
as root sobre ledger verify

headline "Are the joules true? The ledger against the power function, computed by other code"
echo "Energy is counted while it is observed: what a device drew in the seconds that the ledger calls unobserved (a daemon's first) may lack, and nothing else."
"$lab" energy --within 2 --but-unobserved --all-of gpu1,mixed1,amd1,cpu1
"$lab" energy --station station1 --within 5 --but-unobserved --all-of station1

headline "Done in $SECONDS s"
if [ "$keep" = yes ]; then
  trap 'rm -f "$yaml" "$yaml.station"' EXIT
  for node in gpu1 mixed1 amd1 cpu1 station1; do "$lab" daemon start "$node"; done
  cat <<M
The cluster stays up. To look around:
  export LAB=$LAB PATH=$top/integration-tests/lab:\$PATH
  lab status
  lab enter                    a shell on the controller, as root; lab enter gpu1: on a node
  lab exec alice -- sinfo      anything on the controller, as a user of a lab: alice, bob, carol
  lab on gpu1 -- sobre doctor  anything on a node, as root; lab on station1 --user carol -- sobre report
  lab down                     the end of it
M
fi
