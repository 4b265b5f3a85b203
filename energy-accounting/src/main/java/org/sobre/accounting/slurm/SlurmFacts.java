package org.sobre.accounting.slurm;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.ForgottenPersons;
import org.sobre.accounting.store.SlurmAccounts;
import org.sobre.accounting.store.SlurmJobs;
import org.sobre.accounting.store.SlurmJobs.Reading;
import org.sobre.slurm.command.AccountedJob;
import org.sobre.slurm.command.AccountedJobs;
import org.sobre.slurm.command.SlurmAccount;
import org.sobre.slurm.command.SlurmAccounting;
import org.sobre.slurm.command.SlurmAccountingException;
import org.sobre.slurm.command.SlurmAccountingException.Kind;

/**
 * Takes into the store what Slurm's accounting knows: every start of a job since the ledger begins,
 * each time from a day before the last asking, and the tree of accounts. Where Slurm is away, what
 * is known stays.
 */
public final class SlurmFacts {

  /** What came of it. */
  public sealed interface Outcome {

    /**
     * Slurm told.
     *
     * @param jobs starts that were told, known ones too
     * @param until Slurm's jobs are known until then
     * @param leftOut records that say what no job does, each with what was expected
     */
    record Told(int jobs, Instant until, List<String> leftOut) implements Outcome {

      public Told {
        leftOut = List.copyOf(leftOut);
      }
    }

    /**
     * Slurm did not, or not all.
     *
     * @param why names the command, and what to do
     */
    record Away(String why) implements Outcome {}

    /** There is nothing to ask: no ledger yet, no sacct, or a Slurm that keeps no accounts. */
    record Nothing() implements Outcome {}
  }

  /** slurmctld keeps what slurmdbd was away for, and tells it later. */
  private static final Duration OVERLAP = Duration.ofDays(1);

  /** A line of a job that has just ended is on its way: the daemon's tick, and the share. */
  private static final Duration ON_ITS_WAY = Duration.ofMinutes(1);

  private static final Duration WINDOW = Duration.ofDays(7);
  private static final Duration SHORTEST_WINDOW = Duration.ofMinutes(10);
  private static final Duration COMMAND = Duration.ofSeconds(60);

  private final SlurmAccounting slurm;
  private final String cluster;
  private final Clock clock;

  /**
   * @param cluster as the ledger calls it, whatever Slurm does: the commands ask their own cluster
   */
  public SlurmFacts(SlurmAccounting slurm, String cluster, Clock clock) {
    this.slurm = requireNonNull(slurm, "slurm");
    this.cluster = requireNonNull(cluster, "cluster");
    this.clock = requireNonNull(clock, "clock");
  }

  /**
   * @param ledgerRead when the ledger that the store has was begun to be read
   * @param atMost for all of it; what is left is asked for the next time
   * @throws IOException if the store cannot be read or written
   */
  public Outcome read(AccountingStore store, Instant ledgerRead, Duration atMost)
      throws IOException {
    Optional<Instant> begins = store.read(SlurmJobs::ledgerBegins);
    if (begins.isEmpty()) {
      return new Outcome.Nothing();
    }
    Asking asking = new Asking(store, begins.get(), ledgerRead, clock.instant().plus(atMost));
    try {
      asking.jobs();
      asking.accounts();
      return new Outcome.Told(asking.jobs, asking.known.until(), asking.leftOut);
    } catch (SlurmAccountingException e) {
      return e.kind() == Kind.DISABLED || e.kind() == Kind.ABSENT
          ? new Outcome.Nothing()
          : new Outcome.Away(String.valueOf(e.getMessage()));
    }
  }

  /** One asking, window by window: what was told is stored, with until when. */
  private final class Asking {

    final AccountingStore store;
    final Instant begins;
    final Instant ledgerRead;
    final Instant deadline;
    final Optional<Instant> keptFrom;
    final List<String> leftOut = new ArrayList<>();
    Reading known;
    int jobs;

    Asking(AccountingStore store, Instant begins, Instant ledgerRead, Instant deadline)
        throws IOException {
      this.store = store;
      this.begins = begins;
      this.ledgerRead = ledgerRead;
      this.deadline = deadline;
      this.keptFrom = keptFrom(store);
      this.known =
          in(table -> table.reading(cluster))
              .orElse(new Reading(Optional.empty(), begins, begins, begins));
    }

    void jobs() throws IOException, SlurmAccountingException {
      Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
      // what has lost its persons is not asked for again
      Instant from = later(later(begins, known.until().minus(OVERLAP)), keptFrom.orElse(begins));
      Duration window = WINDOW;
      while (from.isBefore(now) && clock.instant().isBefore(deadline)) {
        Instant until = earlier(now, from.plus(window));
        try {
          AccountedJobs told = slurm.jobs(from, until, left());
          leftOut.addAll(told.leftOut());
          take(told.jobs(), until);
          from = until;
        } catch (SlurmAccountingException e) {
          if (e.kind() != Kind.TOO_MUCH || window.compareTo(SHORTEST_WINDOW) <= 0) {
            throw e;
          }
          window = window.dividedBy(2);
        }
      }
    }

    private void take(List<AccountedJob> told, Instant until) throws IOException {
      List<AccountedJob> started =
          told.stream().filter(job -> job.start().isPresent() && !isForgotten(job)).toList();
      known =
          new Reading(
              told.stream().map(AccountedJob::cluster).findFirst().or(known::slurmCluster),
              later(known.until(), until),
              begins,
              later(known.judgedUntil(), earlier(until, ledgerRead.minus(ON_ITS_WAY))));
      jobs += started.size();
      in(
          table -> {
            table.put(cluster, started);
            table.settle();
            table.note(cluster, known);
            return true;
          });
    }

    private boolean isForgotten(AccountedJob job) {
      return keptFrom.isPresent() && job.end().filter(keptFrom.get()::isAfter).isPresent();
    }

    void accounts() throws IOException, SlurmAccountingException {
      if (known.slurmCluster().isPresent()) {
        List<SlurmAccount> accounts = slurm.accounts(known.slurmCluster().get(), left());
        store.write(
            connection -> {
              SlurmAccounts.put(connection, cluster, accounts);
              return true;
            });
      }
    }

    private Duration left() {
      Duration left = Duration.between(clock.instant(), deadline);
      Duration least = Duration.ofSeconds(1);
      return left.compareTo(COMMAND) > 0 ? COMMAND : left.compareTo(least) < 0 ? least : left;
    }

    private <T> T in(TableWork<T> work) throws IOException {
      return store.write(
          connection -> {
            try (SlurmJobs table = new SlurmJobs(connection)) {
              return work.run(table);
            }
          });
    }
  }

  private static Optional<Instant> keptFrom(AccountingStore store) throws IOException {
    return store.read(
        connection -> {
          try (ForgottenPersons forgotten = new ForgottenPersons(connection)) {
            return forgotten.state().keptFrom();
          }
        });
  }

  private interface TableWork<T> {
    T run(SlurmJobs table) throws SQLException;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }
}
