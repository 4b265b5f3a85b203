package org.sobre.accounting.slurm;

import static java.util.Objects.requireNonNull;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.accounting.slurm.CommentList.Entry;
import org.sobre.slurm.command.AccountedJob;
import org.sobre.slurm.command.SlurmAccounting;
import org.sobre.slurm.command.SlurmAccountingException;

/**
 * Writes comments into Slurm's accounting, as SlurmUser or root: so many at a time, the newest jobs
 * first, each under a deadline. A comment that is not ours stays. Slurm is asked for what stands
 * there just before: sacctmgr cannot be told to write only where nothing stands.
 */
public final class CommentWriting {

  /**
   * What became of it.
   *
   * @param written now
   * @param foreign jobs whose comment is somebody else's
   * @param settled entries that need not be looked at again, written or not
   * @param trouble why it ended early
   */
  public record Result(int written, int foreign, List<Entry> settled, Optional<String> trouble) {

    public Result {
      settled = List.copyOf(settled);
    }
  }

  private static final Duration COMMAND = Duration.ofSeconds(15);
  private static final Duration ASKING = Duration.ofSeconds(60);

  /** Slurm is asked anew for each so many: meanwhile an admin may have written. */
  private static final int AT_A_TIME = 10;

  private final SlurmAccounting slurm;
  private final Clock clock;

  public CommentWriting(SlurmAccounting slurm, Clock clock) {
    this.slurm = requireNonNull(slurm, "slurm");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * @param due newest first
   * @param done entries of which it is known that nothing is to be done
   * @param most so many are looked at
   * @param atMost for all of it, and the time of one command more
   */
  public Result write(List<Entry> due, Set<Entry> done, int most, Duration atMost) {
    List<Entry> now = due.stream().filter(entry -> !done.contains(entry)).limit(most).toList();
    Run run = new Run(clock.instant().plus(atMost));
    if (!now.isEmpty()) {
      try {
        run.all(now);
      } catch (SlurmAccountingException e) {
        run.trouble = Optional.of(String.valueOf(e.getMessage()));
      }
    }
    return new Result(run.written, run.foreign, run.settled, run.trouble);
  }

  private final class Run {
    final Instant deadline;
    final List<Entry> settled = new ArrayList<>();
    int written;
    int foreign;
    Optional<String> trouble = Optional.empty();

    Run(Instant deadline) {
      this.deadline = deadline;
    }

    void all(List<Entry> entries) throws SlurmAccountingException {
      Set<String> seen = new HashSet<>();
      for (int from = 0; from < entries.size(); from += AT_A_TIME) {
        List<Entry> some = entries.subList(from, Math.min(from + AT_A_TIME, entries.size()));
        if (clock.instant().isAfter(deadline)) {
          return;
        }
        Map<String, AccountedJob> known = known(some);
        for (Entry entry : some) {
          if (clock.instant().isAfter(deadline)) {
            return;
          }
          if (seen.add(entry.name())) {
            one(entry, Optional.ofNullable(known.get(entry.name())));
          }
        }
      }
    }

    /** The last start of each job, as Slurm has it now. */
    private Map<String, AccountedJob> known(List<Entry> entries) throws SlurmAccountingException {
      Instant oldest =
          entries.stream().map(Entry::end).min(Comparator.naturalOrder()).orElseThrow();
      Map<String, AccountedJob> last = new HashMap<>();
      for (AccountedJob job :
          slurm.jobs(oldest.minusSeconds(1), clock.instant().plusSeconds(1), ASKING).jobs()) {
        last.merge(
            job.name(), job, (one, other) -> one.submit().isAfter(other.submit()) ? one : other);
      }
      return last;
    }

    private void one(Entry entry, Optional<AccountedJob> job) throws SlurmAccountingException {
      if (job.isEmpty() || !job.get().hasEnded() || !job.get().submit().equals(entry.submit())) {
        // gone, or queued again meanwhile: what sacctmgr would change now is another start
        settled.add(entry);
        return;
      }
      String there = job.get().adminComment().orElse("");
      boolean isFree = there.isEmpty() || JobComment.isOurs(there);
      if (!there.equals(entry.comment())) {
        if (!isFree) {
          foreign++;
        } else if (slurm.comment(entry.name(), entry.comment(), COMMAND)) {
          written++;
        }
      }
      settled.add(entry);
    }
  }
}
