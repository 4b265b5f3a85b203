package org.sobre.accounting.slurm;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.CountedRun;
import org.sobre.accounting.store.JobRuns;
import org.sobre.accounting.store.SlurmJobs;
import org.sobre.accounting.store.SlurmJobs.Reading;
import org.sobre.slurm.command.AccountedJob;

/** Which jobs that have ended are to have a comment, by what Slurm and the ledger tell. */
public final class DueComments {

  /** After that Slurm's record is left as it is. */
  private static final Duration HOW_FAR_BACK = Duration.ofDays(3);

  private DueComments() {}

  /**
   * Those of the last three days whose energy is settled, newest first. Of a requeued job the last
   * start alone: sacctmgr reaches no other.
   *
   * @param cluster as the ledger calls it
   */
  public static List<CommentList.Entry> of(AccountingStore store, String cluster)
      throws IOException {
    return store.read(
        connection -> {
          try (SlurmJobs table = new SlurmJobs(connection);
              JobRuns.Lookup runs = new JobRuns.Lookup(connection)) {
            Optional<Reading> reading = table.reading(cluster);
            List<CommentList.Entry> due = new ArrayList<>();
            if (reading.isPresent()) {
              Instant until = reading.get().until();
              Map<String, AccountedJob> last = new HashMap<>();
              for (AccountedJob job :
                  table.ended(cluster, until.minus(HOW_FAR_BACK), until.plusSeconds(1))) {
                last.merge(job.name(), job, DueComments::later);
              }
              for (AccountedJob job : last.values()) {
                List<AccountedJob> starts = table.find(cluster, job.id());
                if (job.hasRun() && isLast(job, starts)) {
                  comment(job, SlurmJobs.runsOf(job, starts, runs.of(cluster, job.id())))
                      .ifPresent(due::add);
                }
              }
            }
            due.sort((one, other) -> other.end().compareTo(one.end()));
            return due;
          }
        });
  }

  private static AccountedJob later(AccountedJob one, AccountedJob other) {
    return one.submit().isAfter(other.submit()) ? one : other;
  }

  private static boolean isLast(AccountedJob job, List<AccountedJob> starts) {
    return starts.stream().noneMatch(other -> other.submit().isAfter(job.submit()));
  }

  private static Optional<CommentList.Entry> comment(AccountedJob job, List<CountedRun> runs) {
    return JobComment.of(runs, job.nodes())
        .map(
            text -> new CommentList.Entry(job.submit(), job.end().orElseThrow(), job.name(), text));
  }
}
