package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Which of Slurm's ids have runs in the tables: asked for many at once, for most ids that a ledger
 * names are new ones.
 */
final class KnownJobs {

  private static final int IDS = 1024;

  /** So many ids from {@code part * IDS} on. */
  private record Part(long cluster, long part) {}

  private final Statements sql;
  private final Map<Part, BitSet> parts = new HashMap<>();
  private final long lastStored;

  KnownJobs(Statements sql) throws SQLException {
    this.sql = sql;
    this.lastStored = sql.number("SELECT max(slurm_job) FROM run").orElse(0);
  }

  boolean has(long cluster, long slurmJob) throws SQLException {
    return part(cluster, slurmJob).get((int) (slurmJob % IDS));
  }

  /** Notes one that is written now. */
  void add(long cluster, long slurmJob) throws SQLException {
    part(cluster, slurmJob).set((int) (slurmJob % IDS));
  }

  private BitSet part(long cluster, long slurmJob) throws SQLException {
    Part part = new Part(cluster, slurmJob / IDS);
    BitSet known = parts.get(part);
    if (known == null) {
      known = read(part);
      parts.put(part, known);
    }
    return known;
  }

  private BitSet read(Part part) throws SQLException {
    BitSet known = new BitSet(IDS);
    long first = part.part() * IDS;
    if (first <= lastStored) {
      try (ResultSet row =
          sql.query(
              "SELECT slurm_job FROM run WHERE slurm_job >= ? AND slurm_job < ? AND cluster = ?",
              first,
              first + IDS,
              part.cluster())) {
        while (row.next()) {
          known.set((int) (row.getLong(1) - first));
        }
      }
    }
    return known;
  }
}
