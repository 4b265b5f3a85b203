-- Every statement may meet what it makes: in MariaDB each is stored at once, and who was killed between two begins again.
-- One schema for SQLite and MariaDB: ${key} is a whole number that names a row, ${table} what a table ends in. Hours and days are
-- counted from 1970 in UTC, energy is microjoules. Names stand once, in the table of names; 0 is no name. The BLOBs are written and
-- read by the classes that are named beside them.

-- How far the store knows time: its first and last millisecond, and the first that a clock told which was set.
CREATE TABLE IF NOT EXISTS extent (
  first_ms BIGINT NOT NULL,
  last_ms BIGINT NOT NULL,
  first_set_ms BIGINT
)${table};

CREATE TABLE IF NOT EXISTS name (
  id ${key},
  text LONGTEXT NOT NULL
)${table};

CREATE TABLE IF NOT EXISTS boot (
  id ${key},
  cluster VARCHAR(255) NOT NULL,
  node VARCHAR(255) NOT NULL,
  boot VARCHAR(200) NOT NULL,
  known_lines BIGINT NOT NULL,
  last_seq BIGINT NOT NULL,
  UNIQUE (cluster, node, boot)
)${table};

-- What was read already: eight bytes of the hash of each line, 256 lines a row (LineHashes).
CREATE TABLE IF NOT EXISTS line_hash (
  boot_id BIGINT NOT NULL,
  block BIGINT NOT NULL,
  hashes LONGBLOB NOT NULL,
  PRIMARY KEY (boot_id, block)
)${table};

-- How far each file was read; path is absolute.
CREATE TABLE IF NOT EXISTS ledger_file (
  path VARCHAR(768) NOT NULL PRIMARY KEY,
  bytes_read BIGINT NOT NULL,
  lines_read BIGINT NOT NULL,
  last_boot_id BIGINT,
  last_seq BIGINT NOT NULL
)${table};

-- Lines that could not be taken, with the good line before them; read again at each ingest.
CREATE TABLE IF NOT EXISTS quarantine (
  path VARCHAR(760) NOT NULL,
  line BIGINT NOT NULL,
  begins_at BIGINT NOT NULL,
  lines_before BIGINT NOT NULL,
  boot_id BIGINT,
  seq_before BIGINT NOT NULL,
  fragment BIGINT NOT NULL,
  reason LONGTEXT NOT NULL,
  content LONGTEXT NOT NULL,
  PRIMARY KEY (path, begins_at)
)${table};

-- Which meter contains which, by all that any line of a node told.
CREATE TABLE IF NOT EXISTS meter_within (
  cluster VARCHAR(255) NOT NULL,
  node VARCHAR(255) NOT NULL,
  meter LONGTEXT NOT NULL,
  whole LONGTEXT NOT NULL
)${table};
CREATE INDEX IF NOT EXISTS meter_within_by_node ON meter_within (node);

-- Which meters were seen together in balances of a node, or named together in job lines, each set once.
CREATE TABLE IF NOT EXISTS meter_set (
  cluster VARCHAR(255) NOT NULL,
  node VARCHAR(255) NOT NULL,
  meters LONGTEXT NOT NULL
)${table};
CREATE INDEX IF NOT EXISTS meter_set_by_node ON meter_set (node);

-- One run of a job on one node, with all that is known of it (RunCodec).
CREATE TABLE IF NOT EXISTS run (
  id ${key},
  cluster BIGINT NOT NULL,
  slurm_job BIGINT NOT NULL,
  details LONGBLOB NOT NULL
)${table};
CREATE INDEX IF NOT EXISTS run_by_job ON run (slurm_job, cluster);

-- What a user of a cluster was called by the last job line that told it.
CREATE TABLE IF NOT EXISTS user_name (
  cluster BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  name BIGINT NOT NULL,
  end_ms BIGINT NOT NULL,
  PRIMARY KEY (cluster, uid)
)${table};

-- What reports add of runs, 256 a row (RunBlocks), between the first and the last hour of which any of them has anything.
CREATE TABLE IF NOT EXISTS run_block (
  block ${key},
  first_hour BIGINT NOT NULL,
  last_hour BIGINT NOT NULL,
  runs LONGBLOB NOT NULL
)${table};
CREATE INDEX IF NOT EXISTS run_block_by_hour ON run_block (last_hour, first_hour);

-- Sums of runs by day and hour (DayTable, UsageField): by account; by account and unit of what was declared; by what could not be read.
CREATE TABLE IF NOT EXISTS usage_day (
  cluster BIGINT NOT NULL,
  account BIGINT NOT NULL,
  unit BIGINT NOT NULL,
  missing BIGINT NOT NULL,
  day BIGINT NOT NULL,
  total LONGBLOB NOT NULL,
  hours LONGBLOB NOT NULL,
  PRIMARY KEY (day, cluster, account, unit, missing)
)${table};

-- Hours in which a job is seen again that was not in the hour before (JobPresence).
CREATE TABLE IF NOT EXISTS job_return (
  cluster BIGINT NOT NULL,
  slurm_job BIGINT NOT NULL,
  account BIGINT NOT NULL,
  measured BIGINT NOT NULL,
  hour BIGINT NOT NULL,
  hour_before BIGINT NOT NULL
)${table};
CREATE INDEX IF NOT EXISTS job_return_by_hour ON job_return (hour);
CREATE INDEX IF NOT EXISTS job_return_by_job ON job_return (slurm_job);

-- What meters saw by day and hour (DayTable, MeteredField): of a cluster, with meter and uid 0 and -1; outside of jobs by uid; of a
-- meter that contains others.
CREATE TABLE IF NOT EXISTS metered_day (
  cluster BIGINT NOT NULL,
  node BIGINT NOT NULL,
  meter BIGINT NOT NULL,
  uid BIGINT NOT NULL,
  day BIGINT NOT NULL,
  total LONGBLOB NOT NULL,
  hours LONGBLOB NOT NULL,
  PRIMARY KEY (day, cluster, node, meter, uid)
)${table};
