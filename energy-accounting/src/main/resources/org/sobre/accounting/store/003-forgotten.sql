-- How much of the ledger's record of files without persons was read (ForgottenPersons): the tables hold the ledger as it was then.
-- swept is 1 once what was deleted has left the file; persons of jobs that ended before kept_from_s are not here.
CREATE TABLE IF NOT EXISTS ledger_forgotten (
  record_bytes BIGINT NOT NULL,
  swept BIGINT NOT NULL,
  kept_from_s BIGINT
)${table};
