-- Which meter contains which, by all that any line told: what was so once stays so, in whatever order lines come.
CREATE TABLE meter_within (
  meter_id INTEGER NOT NULL REFERENCES meter (id),
  whole_id INTEGER NOT NULL REFERENCES meter (id),
  PRIMARY KEY (meter_id, whole_id)
) WITHOUT ROWID;
INSERT INTO meter_within SELECT i.id, m.id FROM meter i JOIN meter m
  ON m.cluster = i.cluster AND m.node = i.node AND i.within = m.part || '/' || m.device;
ALTER TABLE meter DROP COLUMN within;
