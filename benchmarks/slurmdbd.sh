#!/bin/bash
# A real slurmdbd with the jobs of a generated year, rolled up, for what sacct and sreport cost beside Sobre's reports. The jobs go straight into
# the tables that slurmdbd has made of itself: no archive of theirs and no command takes a million in reasonable time.
#   benchmarks/slurmdbd.sh JOBS DIR COMMAND...   JOBS: a year's truth/slurm.tsv; DIR: where the database lies, which is emptied; COMMAND runs with
#                                                SLURM_CONF set, and when it ends all is taken down
# Root; needs munged, mariadbd, slurmdbd, sacct, sreport. Of its own network: no port of this machine is taken.
set -euo pipefail
[ $# -ge 3 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2; exit 2; }
if [ "${SOBRE_OWN_NETWORK:-}" != yes ]; then
  for tool in munged mariadbd mariadb-install-db slurmdbd sacctmgr sacct sreport; do
    command -v "$tool" >/dev/null || { echo "slurmdbd.sh: $tool is not installed: expected slurmdbd, slurm-client, slurm-wlm-mysql-plugin, mariadb-server and munge" >&2; exit 69; }
  done
  SOBRE_OWN_NETWORK=yes exec unshare --net --pid --fork --kill-child --mount-proc "$0" "$@"
fi
jobs=$(readlink -f "$1") dir=$2
shift 2
rm -rf "${dir:?}"
mkdir -p "$dir"/{etc,run,munge,log}
dir=$(cd "$dir" && pwd)
chmod 700 "$dir/munge"
# getaddrinfo, as slurmdbd asks it, knows no address of a machine that has lo alone
ip link set lo up
ip link add sobre type bridge
ip address add 10.255.255.1/24 dev sobre
ip link set sobre up
cluster=cbp

# told NAME COMMAND...: in the background, its words in a file
told() {
  local name=$1
  shift
  "$@" >"$dir/log/$name" 2>&1 </dev/null &
}
# until SECONDS WHAT COMMAND...
until_there() {
  local left=$((10 * $1)) what=$2
  shift 2
  until timeout 10 "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    [ $left -gt 0 ] || { echo "slurmdbd.sh: $what is not there; the logs are in $dir/log" >&2; exit 69; }
    sleep 0.1
  done
}
sql=(mariadb --no-defaults --local-infile=1 -S "$dir/run/db.sock")

dd if=/dev/urandom of="$dir/munge/key" bs=128 count=1 status=none
chmod 600 "$dir/munge/key"
told munged munged --foreground --force --key-file="$dir/munge/key" --socket="$dir/run/munge" --pid-file="$dir/munge/pid" --log-file="$dir/munge/log" \
  --seed-file="$dir/munge/seed"
mariadb-install-db --no-defaults --user=root --datadir="$dir/db" --auth-root-authentication-method=socket --skip-test-db >"$dir/log/install-db" 2>&1
# as much memory as slurmdbd's own page asks for, and nothing that only a crash would miss
told mariadbd mariadbd --no-defaults --user=root --datadir="$dir/db" --socket="$dir/run/db.sock" --pid-file="$dir/run/db.pid" --bind-address=127.0.0.1 --port=3306 \
  --innodb-buffer-pool-size=4G --innodb-log-file-size=512M --innodb-lock-wait-timeout=900 --innodb-flush-log-at-trx-commit=0 --local-infile=1
until_there 60 mariadbd "${sql[@]}" -e 'select 1'
"${sql[@]}" -e "create database slurm_acct_db; create user slurm@'127.0.0.1' identified by 'made-up'; grant all on slurm_acct_db.* to slurm@'127.0.0.1'"
cat > "$dir/etc/slurmdbd.conf" <<CONF
AuthType=auth/munge
AuthInfo=socket=$dir/run/munge
DbdHost=localhost
DbdAddr=127.0.0.1
SlurmUser=root
LogFile=$dir/log/slurmdbd.log
PidFile=$dir/run/slurmdbd.pid
StorageType=accounting_storage/mysql
StorageHost=127.0.0.1
StorageUser=slurm
StoragePass=made-up
CONF
chmod 600 "$dir/etc/slurmdbd.conf"
cat > "$dir/etc/slurm.conf" <<CONF
ClusterName=$cluster
SlurmctldHost=localhost
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/run/munge
AccountingStorageType=accounting_storage/slurmdbd
AccountingStorageHost=localhost
AccountingStoragePass=$dir/run/munge
AccountingStorageTRES=gres/gpu
GresTypes=gpu
NodeName=n[000-329] CPUs=64
PartitionName=gpu Nodes=ALL Default=YES
CONF
export SLURM_CONF=$dir/etc/slurm.conf TZ=Europe/Paris
# slurmdbd_up: makes its tables, or takes what is in them
slurmdbd_up() {
  slurmdbd -D >>"$dir/log/slurmdbd" 2>&1 </dev/null &
  slurmdbd=$!
  until_there 60 slurmdbd sacctmgr -n show cluster
}
slurmdbd_up
sacctmgr -i add cluster "$cluster" >"$dir/log/sacctmgr"
accounts() { cut -f5 "$jobs" | sort -u | sed 's/^$/none/'; }
sacctmgr -i add account "$(accounts | paste -sd,)" >>"$dir/log/sacctmgr"
accounts | while read -r account; do
  users=$(awk -F'\t' -v account="$account" '($5 == "" ? "none" : $5) == account && !seen[$3]++ { print $3 }' "$jobs" | paste -sd,)
  sacctmgr -i add user "$users" account="$account" >>"$dir/log/sacctmgr" 2>&1 </dev/null
done
kill "$slurmdbd"
wait "$slurmdbd" || true

# cpu 4, mem 8192, node, billing and gres/gpu, as slurmctld numbers them; a start has its own time of submission
"${sql[@]}" slurm_acct_db <<SQL
set sql_log_bin = 0, unique_checks = 0;
insert into tres_table (creation_time, id, type, name) values (1700000000, 1001, 'gres', 'gpu');
create temporary table started (id int unsigned, restart int, user varchar(42), uid int, account varchar(42), begin bigint, end bigint, gpus int, nodes int, names text);
load data local infile '$jobs' into table started;
update started set account = 'none' where account = '';
insert into ${cluster}_job_table
    (account, cpus_req, job_name, id_assoc, id_job, id_qos, id_resv, id_wckey, id_user, id_group, het_job_id, het_job_offset, state_reason_prev, mem_req, nodelist, nodes_alloc,
     \`partition\`, priority, state, timelimit, time_submit, time_eligible, time_start, time_end, tres_alloc, tres_req)
  select s.account, 4, 'made-up', id_assoc, id, 1, 0, 0, uid, uid, 0, 4294967295, 0, 8192, names, nodes,
     if(gpus > 0, 'gpu', 'cpu'), 1, if(end > 0, 3, 1), 4294967295, begin - 1, begin - 1, begin, end, tres, tres
  from (select *, concat('1=', 4 * nodes, ',2=', 8192 * nodes, ',4=', nodes, ',5=', 4 * nodes, if(gpus > 0, concat(',1001=', gpus), '')) as tres from started) s
  join ${cluster}_assoc_table assoc on assoc.user = s.user and assoc.acct = s.account;
SQL
# Without a registration nothing is rolled up at all. By itself slurmdbd begins with the first hour that it has not rolled up, one by one until
# today, and who asks for a month waits behind that.
"${sql[@]}" slurm_acct_db <<SQL
insert into ${cluster}_event_table (time_start, time_end, node_name, cluster_nodes, reason, reason_uid, state, tres)
  select min(time_start), 0, '', 'n[000-329]', 'Cluster Registered TRES', 0, 0, '1=21120,2=2703360,4=330,5=21120,1001=330' from ${cluster}_job_table;
delete from ${cluster}_last_ran_table;
insert into ${cluster}_last_ran_table values (unix_timestamp(), unix_timestamp(), unix_timestamp());
SQL
echo "slurmdbd: $("${sql[@]}" -BN slurm_acct_db -e "select count(*) from ${cluster}_job_table") starts of jobs of $(wc -l < "$jobs")"
slurmdbd_up
"$@"
