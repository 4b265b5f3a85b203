-- What Slurm's own accounting knows, as sacct and sacctmgr told it last (SlurmJobs, SlurmAccounts), and how fresh the ledger's word is.
-- Times are seconds since 1970 in UTC. Names stand as they are: the table of names is emptied with the lines it was made for.

-- One start of a job: a requeue is a row of its own, with a later submit. nodes_told is of how many
-- nodes the ledger has a run of it, and covered 1 where that is all of them.
CREATE TABLE IF NOT EXISTS slurm_job (
  cluster VARCHAR(255) NOT NULL,
  slurm_job BIGINT NOT NULL,
  submit_s BIGINT NOT NULL,
  name VARCHAR(40) NOT NULL,
  user_name VARCHAR(255),
  uid BIGINT NOT NULL,
  account VARCHAR(255),
  partition_name VARCHAR(255),
  state VARCHAR(64) NOT NULL,
  requested_tres LONGTEXT NOT NULL,
  gpus BIGINT,
  nodes BIGINT NOT NULL,
  start_s BIGINT,
  end_s BIGINT,
  elapsed_s BIGINT NOT NULL,
  nodes_told BIGINT NOT NULL,
  covered BIGINT NOT NULL,
  PRIMARY KEY (cluster, slurm_job, submit_s)
)${table};
CREATE INDEX IF NOT EXISTS slurm_job_by_end ON slurm_job (covered, end_s);

-- Slurm's accounts, each below another.
CREATE TABLE IF NOT EXISTS slurm_account (
  cluster VARCHAR(255) NOT NULL,
  account VARCHAR(255) NOT NULL,
  parent VARCHAR(255) NOT NULL,
  PRIMARY KEY (cluster, account)
)${table};

-- Until when sacct was asked, what Slurm calls the cluster, and from when to when the ledger's word counts against Slurm's.
CREATE TABLE IF NOT EXISTS slurm_read (
  cluster VARCHAR(255) NOT NULL PRIMARY KEY,
  slurm_cluster VARCHAR(255),
  until_s BIGINT NOT NULL,
  judged_from_s BIGINT NOT NULL,
  judged_until_s BIGINT NOT NULL
)${table};

-- The last millisecond of which a node's lines tell.
CREATE TABLE IF NOT EXISTS node_news (
  cluster VARCHAR(255) NOT NULL,
  node VARCHAR(255) NOT NULL,
  last_ms BIGINT NOT NULL,
  PRIMARY KEY (cluster, node)
)${table};
