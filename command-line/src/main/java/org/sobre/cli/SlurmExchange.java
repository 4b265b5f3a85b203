package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.sobre.accounting.slurm.CommentList;
import org.sobre.accounting.slurm.DueComments;
import org.sobre.accounting.slurm.SlurmFacts;
import org.sobre.accounting.slurm.SlurmFacts.Outcome;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.StoreConfig;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.SlurmAccounting;
import org.sobre.slurm.node.SlurmConfig;

/**
 * What an ingest of the site's ledger asks of Slurm's accounting, and what it leaves to be written
 * there by {@code sobre ledger comment}, who runs as SlurmUser and cannot open the database.
 *
 * @param cluster as the ledger calls it
 * @param comments the file that is left
 */
record SlurmExchange(
    SlurmConfig config, String cluster, Path comments, ToolRunner tools, Clock clock) {

  /** Of the ledger, where sobre.yaml names no cluster. */
  static final String UNNAMED = "cluster";

  private static final Path PACKAGED = Path.of("/var/lib/sobre");
  private static final String COMMENTS = "comments";
  private static final Duration AT_MOST = Duration.ofMinutes(3);

  SlurmExchange {
    requireNonNull(config, "config");
    requireNonNull(cluster, "cluster");
    requireNonNull(comments, "comments");
    requireNonNull(tools, "tools");
    requireNonNull(clock, "clock");
  }

  /** Beside a database that is a file, else where the package keeps its own. */
  static Path comments(String storeUrl) {
    Path directory =
        StoreConfig.isServer(storeUrl)
            ? PACKAGED
            : requireNonNull(LedgerChoice.file(storeUrl).getParent());
    return directory.resolve(COMMENTS);
  }

  /**
   * Absent where Slurm is not to be asked.
   *
   * @param ledgerRead when the ledger that the store has was begun to be read
   */
  Optional<Outcome> read(AccountingStore store, Instant ledgerRead) throws IOException {
    if (config.controller().isEmpty() || !config.readsAccounting()) {
      return Optional.empty();
    }
    SlurmFacts facts = new SlurmFacts(new SlurmAccounting(tools), cluster, clock);
    return Optional.of(facts.read(store, ledgerRead, AT_MOST));
  }

  /**
   * Where none are to be written there is no such file, and the service that reads it is not begun.
   */
  void leaveComments(AccountingStore store) throws IOException {
    if (config.controller().isPresent() && config.comments().isWritten()) {
      CommentList.write(comments, DueComments.of(store, cluster));
    } else {
      Files.deleteIfExists(comments);
    }
  }
}
