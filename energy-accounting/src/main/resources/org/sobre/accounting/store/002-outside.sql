-- What processes that no job owns drew of one meter in one balance, by their user.
CREATE TABLE outside (
  balance_id INTEGER NOT NULL REFERENCES balance (id),
  meter_id INTEGER NOT NULL REFERENCES meter (id),
  uid INTEGER NOT NULL,
  counter_uj INTEGER,
  sampled_uj INTEGER,
  modelled_uj INTEGER,
  PRIMARY KEY (balance_id, meter_id, uid)
) WITHOUT ROWID;
