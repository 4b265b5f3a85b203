package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** Ids on both sides of the ends of what is asked for at once, stored before and added now. */
final class KnownJobsTest {

  private static final int CLUSTER = 1;
  private static final int OTHER = 2;

  @Test
  void knowsWhatIsStoredAndWhatIsAddedOfEachCluster() throws Exception {
    try (AccountingStore store = AccountingStore.openTemporary()) {
      store.write(
          connection -> {
            try (Statements sql = new Statements(connection)) {
              stored(sql, 1, CLUSTER, 1023);
              stored(sql, 2, CLUSTER, 1024);
              stored(sql, 3, OTHER, 5000);
              KnownJobs jobs = new KnownJobs(sql);
              jobs.add(CLUSTER, 2048);
              jobs.add(CLUSTER, 1_000_000_000_000L);
              assertThat(jobs.has(CLUSTER, 1023)).isTrue();
              assertThat(jobs.has(CLUSTER, 1024)).isTrue();
              assertThat(jobs.has(CLUSTER, 1022)).isFalse();
              assertThat(jobs.has(CLUSTER, 1025)).isFalse();
              assertThat(jobs.has(OTHER, 5000)).isTrue();
              assertThat(jobs.has(CLUSTER, 5000)).isFalse();
              assertThat(jobs.has(CLUSTER, 2048)).isTrue();
              assertThat(jobs.has(OTHER, 2048)).isFalse();
              assertThat(jobs.has(CLUSTER, 1_000_000_000_000L)).isTrue();
              assertThat(jobs.has(CLUSTER, 1_000_000_000_001L)).isFalse();
            }
            return true;
          });
    }
  }

  private static void stored(Statements sql, int id, int cluster, int job) throws SQLException {
    sql.update(
        "INSERT INTO run (id, cluster, slurm_job, details) VALUES (?, ?, ?, ?)",
        id,
        cluster,
        job,
        new byte[1]);
  }
}
