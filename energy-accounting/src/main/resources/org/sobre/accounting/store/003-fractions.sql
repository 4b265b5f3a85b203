-- What of a GPU was a run's, in one balance: billionths, NULL where the line does not tell, which means all of it.
ALTER TABLE share ADD COLUMN fraction_billionths INTEGER;

-- Partitions of unlike types of one board are rows of their own.
CREATE TABLE held_gpu_by_type (
  run_id INTEGER NOT NULL REFERENCES run (id),
  device TEXT NOT NULL,
  type TEXT NOT NULL,
  fraction_billionths INTEGER NOT NULL,
  PRIMARY KEY (run_id, device, type)
) WITHOUT ROWID;
INSERT INTO held_gpu_by_type SELECT run_id, device, type, fraction_billionths FROM held_gpu;
DROP TABLE held_gpu;
ALTER TABLE held_gpu_by_type RENAME TO held_gpu;
