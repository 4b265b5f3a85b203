#!/bin/bash
# Every test against real components: unit tests, a real Slurm cluster with accounting, the packages in an image that boots, shell scripts.
#   ./test.sh          all of it, some 50 minutes on two slow cores
#   ./test.sh --full   more seeds for the property tests, 330 machines in one slurmctld, 100 000 mutations for each parser, and the benchmarks
# Fresh Debian 12, root. An absent component is a failure here, never a skip.
set -euo pipefail
top=$(cd "$(dirname "$0")" && pwd)
cd "$top"
full=no
case ${1:-} in
  '') ;;
  --full) full=yes ;;
  -h|--help) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 0 ;;
  *) echo "test.sh: expected nothing or --full, found $1; --help tells more" >&2; exit 2 ;;
esac
lab=$top/integration-tests/lab
"$lab/install-packages"

# Says what begins, and for the end how long it took.
steps=()
step_begun=0
step() {
  [ ${#steps[@]} -eq 0 ] || steps[-1]="$((SECONDS - step_begun)) s  ${steps[-1]}"
  steps+=("$*")
  step_begun=$SECONDS
  printf '\n== %s (%d s)\n' "$*" "$SECONDS"
}

step "Shell and perl scripts"
scripts=()
while IFS= read -r -d '' file; do
  IFS= read -r first < "$file" || continue
  case $first in '#!/bin/sh'*|'#!/bin/bash'*|'# shellcheck shell='*) scripts+=("$file") ;; esac
done < <(find . -path ./.git -prune -o -name target -prune -o -type f -size -64k -print0)
shellcheck -x -P SCRIPTDIR "${scripts[@]}"
for script in "$lab"/board/{board,pick,nvidia-smi,amd-smi,expected-energy} "$lab"/node/driver "$lab"/standins/accelerate integration-tests/crash/kills; do perl -c "$script"; done

step "The files as the packages lay them out"
mkdir -p target
packaging/stage.sh "$top/target/stage"

# What waits more than it works runs beside other work, in process groups that end with this script.
lanes=()
trap 'for lane in "${lanes[@]}"; do kill -- "-${lane%%:*}" 2>/dev/null || :; done' EXIT

# beside NAME COMMAND...: begins it; all it says goes to target/NAME.log, and what Maven says of a test class to here, too.
beside() {
  local name=$1
  shift
  : > "$top/target/$name.log"
  set -m
  {
    "$@" 2>&1 </dev/null | tee "$top/target/$name.log" | sed -un "s/^.*\(Tests run:.*Time elapsed.*\)/$name: \1/p"
    echo "$name: passed after $((SECONDS - step_begun)) s"
  } &
  set +m
  lanes+=("$!:$name")
}

# Waits for all that was begun; then shows the log of each that failed, and ends.
together() {
  local lane failed=()
  for lane in "${lanes[@]}"; do
    wait "${lane%%:*}" || failed+=("${lane#*:}")
  done
  lanes=()
  for lane in "${failed[@]}"; do
    printf '\n== target/%s.log\n' "$lane"
    cat "$top/target/$lane.log"
  done
  [ ${#failed[@]} -eq 0 ] || { echo "test.sh: failed, with their logs above: ${failed[*]}" >&2; exit 1; }
}

seeds=()
[ "$full" = no ] || seeds=(-Dsobre.seeds=500 -Dsobre.truth.seeds=1000 -Dsobre.growth.hours=20 -Dsobre.fuzz=100000 -Dsobre.fleet.nodes=330 -Dsobre.submissions=5000 -Dsobre.statuses=1 -Dsobre.kills=100)
kills=60
[ "$full" = no ] || kills=200

step "Unit tests; beside them the packages, and how the command starts as installed"
packages() {
  DEB_BUILD_OPTIONS=nocheck packaging/build-deb.sh "$top/target/deb"
  packaging/test-start.sh "$top/target/stage"
}
# modules that wait for no other are tested beside each other
beside unit-tests mvn -B -T 2 package -Dsobre.require=cc "${seeds[@]}"
beside packages packages
together

# integration_tests NAME CLASSES
integration_tests() {
  mvn -B -pl integration-tests -am verify -Dtest=none -Dsurefire.failIfNoSpecifiedTests=false "-Dit.test=$2" "-Dit.reports=failsafe-$1" \
    -Dsobre.require=slurm,mariadb,root,image,faketime,cc,chromium -Dsobre.stage="$top/target/stage" -Dsobre.debs="$top/target/deb" "${seeds[@]}"
}
# These bring up machines of their own and share nothing with the others but the processors.
others='org/sobre/it/sidus/*IT,org/sobre/it/packages/*IT,org/sobre/it/fleet/*IT,org/sobre/it/gres/*IT'
on_machines() {
  integration_tests on-machines "$others"
  echo "== NVIDIA's library, a stand-in, in the daemon as installed"
  packaging/test-nvml.sh "$top/target/stage"
  echo "== Metrics, and a real Prometheus that scrapes them"
  packaging/test-metrics.sh "$top/target/stage"
  echo "== The daemon killed at random moments: $kills times"
  integration-tests/crash/test-crash "$top/target/stage" "$kills"
  echo "== The daemon without its ledger"
  integration-tests/crash/test-faults "$top/target/stage"
}
step "Integration tests on the cluster; beside them those with machines of their own"
beside on-cluster integration_tests on-cluster "*IT,!${others//,/,!}"
# not two Mavens at once in the modules' directories
until grep -q 'Running org.sobre' target/on-cluster.log || ! jobs -r | grep -q .; do sleep 0.5; done
beside on-machines on_machines
together

step "The demo, as a new user runs it"
./demo.sh

if [ "$full" = yes ]; then
  step "The packages, built twice: the same bytes, and lintian has nothing to say"
  packaging/test-reproducible.sh

  step "Benchmark: how long the command takes to start"
  benchmarks/start.sh

  step "Benchmark: what sobre run adds to a command"
  benchmarks/run.sh

  step "Benchmark: how fast a command's output gets through sobre run"
  benchmarks/output.sh

  step "Benchmark: what the hooks add to a job"
  benchmarks/hooks.sh

  step "Benchmark: what the submit policy adds to a submission"
  benchmarks/submit.sh

  step "Benchmark: what a second of the daemon costs"
  benchmarks/step.sh

  step "Benchmark: what the daemon costs a node"
  benchmarks/footprint.sh "$top/target/stage"
fi
step "All tests passed"
printf '%s\n' "${steps[@]::${#steps[@]}-1}"
