-- The ledger's lines, taken apart. Times are milliseconds since 1970 UTC, energy is microjoules.
-- A quality of an amount that the ledger does not name is NULL, never 0.

CREATE TABLE boot (
  id INTEGER PRIMARY KEY,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  boot TEXT NOT NULL,
  UNIQUE (cluster, node, boot)
);

-- What was read already: a line is taken once, whatever file it comes from and how often.
CREATE TABLE line (
  boot_id INTEGER NOT NULL REFERENCES boot (id),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (boot_id, seq)
) WITHOUT ROWID;

-- How far each file was read; path is absolute.
CREATE TABLE ledger_file (
  path TEXT PRIMARY KEY,
  bytes_read INTEGER NOT NULL,
  lines_read INTEGER NOT NULL,
  last_boot_id INTEGER REFERENCES boot (id),
  last_seq INTEGER NOT NULL
) WITHOUT ROWID;

-- Lines that could not be taken, with the good line before them; read again at each ingest.
CREATE TABLE quarantine (
  path TEXT NOT NULL,
  line INTEGER NOT NULL,
  begins_at INTEGER NOT NULL,
  lines_before INTEGER NOT NULL,
  boot_id INTEGER REFERENCES boot (id),
  seq_before INTEGER NOT NULL,
  fragment INTEGER NOT NULL,
  reason TEXT NOT NULL,
  content TEXT NOT NULL,
  PRIMARY KEY (path, begins_at)
) WITHOUT ROWID;

CREATE TABLE meter (
  id INTEGER PRIMARY KEY,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  part TEXT NOT NULL,
  device TEXT NOT NULL,
  within TEXT,
  UNIQUE (cluster, node, part, device)
);

-- One run of a job on one node. What only the job line tells is NULL until it is there.
CREATE TABLE run (
  id INTEGER PRIMARY KEY,
  cluster TEXT NOT NULL,
  node TEXT NOT NULL,
  job INTEGER NOT NULL,
  restart INTEGER NOT NULL,
  begin_at TEXT NOT NULL,
  begin_ms INTEGER NOT NULL,
  account TEXT,
  uid INTEGER NOT NULL,
  user TEXT,
  partition TEXT,
  end_ms INTEGER,
  elapsed_ms INTEGER,
  cpus INTEGER,
  declared_profile TEXT,
  declared_batch INTEGER,
  declared_unit TEXT,
  declared_items INTEGER,
  declared_tokens_in INTEGER,
  declared_tokens_out INTEGER,
  UNIQUE (cluster, node, job, restart, begin_at)
);
CREATE INDEX run_by_begin ON run (begin_ms);

CREATE TABLE held_gpu (
  run_id INTEGER NOT NULL REFERENCES run (id),
  device TEXT NOT NULL,
  type TEXT NOT NULL,
  fraction_billionths INTEGER NOT NULL,
  PRIMARY KEY (run_id, device)
) WITHOUT ROWID;

-- A job line's energy: the whole run on one meter.
CREATE TABLE run_energy (
  run_id INTEGER NOT NULL REFERENCES run (id),
  meter_id INTEGER NOT NULL REFERENCES meter (id),
  observed_ms INTEGER NOT NULL,
  missing TEXT,
  counter_uj INTEGER,
  sampled_uj INTEGER,
  modelled_uj INTEGER,
  PRIMARY KEY (run_id, meter_id)
) WITHOUT ROWID;

CREATE TABLE balance (
  id INTEGER PRIMARY KEY,
  boot_id INTEGER NOT NULL REFERENCES boot (id),
  seq INTEGER NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  elapsed_ms INTEGER NOT NULL,
  UNIQUE (boot_id, seq)
);
CREATE INDEX balance_by_time ON balance (from_ms);

-- A run's part of one meter in one balance.
CREATE TABLE share (
  balance_id INTEGER NOT NULL REFERENCES balance (id),
  run_id INTEGER NOT NULL REFERENCES run (id),
  meter_id INTEGER NOT NULL REFERENCES meter (id),
  observed_ms INTEGER NOT NULL,
  idle_uj INTEGER,
  counter_uj INTEGER,
  sampled_uj INTEGER,
  modelled_uj INTEGER,
  PRIMARY KEY (balance_id, run_id, meter_id)
) WITHOUT ROWID;
CREATE INDEX share_by_run ON share (run_id, meter_id);

-- What a meter saw in one balance, and the parts of it that no job pays.
CREATE TABLE metered (
  balance_id INTEGER NOT NULL REFERENCES balance (id),
  meter_id INTEGER NOT NULL REFERENCES meter (id),
  kind TEXT NOT NULL CHECK (kind IN ('total', 'platform', 'outside', 'unknown')),
  counter_uj INTEGER,
  sampled_uj INTEGER,
  modelled_uj INTEGER,
  PRIMARY KEY (balance_id, meter_id, kind)
) WITHOUT ROWID;
