#!/bin/bash
# Every test against real components: unit tests, a real Slurm cluster with accounting, the packages in an image that boots, shell scripts.
#   ./test.sh          all of it, some 35 minutes on two cores
#   ./test.sh --full   more seeds for the property tests, 330 machines in one slurmctld, 100 000 mutations for each parser, and the benchmark of the hooks
# Fresh Debian 12, root. An absent component is a failure here, never a skip.
set -euo pipefail
top=$(cd "$(dirname "$0")" && pwd)
cd "$top"
full=no
case ${1:-} in
  '') ;;
  --full) full=yes ;;
  *) sed -n '2,5s/^# \{0,1\}//p' "$0"; exit 2 ;;
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
for script in "$lab"/board/{board,pick,nvidia-smi,amd-smi,expected-energy} "$lab"/node/driver "$lab"/standins/accelerate; do perl -c "$script"; done

step "The packages, and the files as they lay them out"
mkdir -p target
DEB_BUILD_OPTIONS=nocheck packaging/build-deb.sh "$top/target/deb" > "$top/target/build-deb.log" 2>&1 || { cat "$top/target/build-deb.log" >&2; exit 1; }
packaging/stage.sh "$top/target/stage"

step "How the command starts as installed"
packaging/test-start.sh "$top/target/stage"

step "Unit and integration tests"
seeds=()
[ "$full" = no ] || seeds=(-Dsobre.seeds=500 -Dsobre.fuzz=100000 -Dsobre.fleet.nodes=330)
mvn -B verify -Dsobre.require=slurm,mariadb,root,image,faketime -Dsobre.stage="$top/target/stage" -Dsobre.debs="$top/target/deb" "${seeds[@]}"

step "The demo, as a new user runs it"
./demo.sh

if [ "$full" = yes ]; then
  step "The packages, built twice: the same bytes, and lintian has nothing to say"
  packaging/test-reproducible.sh

  step "Benchmark: how long the command takes to start"
  benchmarks/start.sh

  step "Benchmark: what the hooks add to a job"
  benchmarks/hooks.sh
fi
step "All tests passed"
printf '%s\n' "${steps[@]::${#steps[@]}-1}"
