# shellcheck shell=bash disable=SC2154
# The controller's daemons, each waited for under a deadline.

# await SECONDS WHAT COMMAND...: until COMMAND succeeds; says WHAT it waited for if it never does.
await() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until timeout 5 "$@" >/dev/null 2>&1; do
    if [ $SECONDS -ge "$end" ]; then
      echo "lab: waited in vain for $what; logs: $LAB/log" >&2
      tail -n 5 "$LAB"/log/*.log >&2 || :
      exit 1
    fi
    sleep 0.1
  done
}

spawn() {
  local name=$1
  shift
  setsid "$@" >>"$LAB/log/$name.log" 2>&1 &
}

start_munged() {
  spawn munged munged --foreground --pid-file=/run/munge/munged.pid --seed-file=/run/munge/seed --num-threads=4
  await 10 "munged" munge -n
}

start_accounting() {
  chown mysql: "$LAB/db"
  mariadb-install-db --no-defaults --user=mysql --datadir="$LAB/db" --auth-root-authentication-method=socket \
    --skip-test-db >"$LAB/log/mariadb-install.log" 2>&1
  spawn mariadbd mariadbd --no-defaults --user=mysql --datadir="$LAB/db" --socket=/run/mysqld/mysqld.sock --bind-address=127.0.0.1 \
    --innodb-buffer-pool-size=64M --innodb-lock-wait-timeout=900 --innodb-flush-log-at-trx-commit=0
  await 20 "mariadbd" mariadb --no-defaults -S /run/mysqld/mysqld.sock -e 'select 1'
  mariadb --no-defaults -S /run/mysqld/mysqld.sock -e "
    create database slurm_acct_db;
    create user slurm@localhost identified via unix_socket;
    grant all on slurm_acct_db.* to slurm@localhost"
  spawn slurmdbd slurmdbd -D
  await 20 "slurmdbd" sacctmgr -n show cluster
  sacctmgr -i add cluster lab >/dev/null
  local account users
  while read -r account users; do
    sacctmgr -i add account "$account" description="$account" organization="$account" >/dev/null
    sacctmgr -i add user "${users// /,}" account="$account" >/dev/null
  done < <(sed 's/#.*//;/^ *$/d' "$here/conf/labs")
}

controller_answers() { [[ $(scontrol ping) == *"is UP"* ]]; }
export -f controller_answers

start_controller() {
  spawn slurmctld slurmctld -D
  await 20 "slurmctld" bash -c controller_answers
}

nodes_idle() {
  [ "$(sinfo -h -N -o '%N %T' | awk '$2 == "idle"' | sort -u | wc -l)" -ge "$NODES" ]
}
# stations are no part of the cluster
NODES=$(awk '!/^ *(#|$)/ && $4 != "station"' "$here/conf/machines" | wc -l)
export NODES
export -f nodes_idle

# A station's run that begins before its daemon answers would be measured by a daemon of the user's own.
stations_measure() {
  local name
  while read -r name; do
    "$here/cluster/node" on "$name" test -S /run/sobre/job.sock || return 1
  done < <(awk '!/^ *(#|$)/ && $4 == "station" { print $1 }' "$here/conf/machines")
}
export -f stations_measure
