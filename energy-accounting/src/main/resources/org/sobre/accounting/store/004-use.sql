-- What only the job line tells of a run: NULL until it is there, and of lines that an older version took.
ALTER TABLE run_energy ADD COLUMN idle_uj INTEGER;
ALTER TABLE held_gpu ADD COLUMN memory_mib INTEGER;

-- How the run used its GPUs, and what it drew over its time: mean powers of steps, in milliwatts, with commas; nothing between two
-- commas where nothing was seen.
CREATE TABLE run_use (
  run_id INTEGER PRIMARY KEY REFERENCES run (id),
  busy_ms INTEGER,
  held_idle_ms INTEGER,
  busy_percent_mean INTEGER,
  busy_percent_peak INTEGER,
  vram_mean_mib INTEGER,
  vram_peak_mib INTEGER,
  power_peak_mw INTEGER,
  step_ms INTEGER,
  steps_mw TEXT
);

-- What the two ways in which a device tells its energy say of a run.
CREATE TABLE counter_check (
  run_id INTEGER NOT NULL REFERENCES run (id),
  device TEXT NOT NULL,
  counter_uj INTEGER NOT NULL,
  integrated_uj INTEGER NOT NULL,
  trusted INTEGER NOT NULL,
  PRIMARY KEY (run_id, device)
) WITHOUT ROWID;

CREATE INDEX run_by_job ON run (job);
