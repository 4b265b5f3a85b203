package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.NodeIdentity;
import org.sobre.energy.accrual.PendingLine;
import org.sobre.energy.ledger.BootHistory;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.ChainEnd;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;

/**
 * The node's own directory of the ledger. Opening it closes what earlier boots left, then begins or
 * goes on with the chain of this one. Everything here may hang with the share: used by the writer's
 * thread only.
 */
final class NodeLedger {

  private static final Logger LOG = LoggerFactory.getLogger(NodeLedger.class);
  private static final Pattern CHECKPOINT =
      Pattern.compile("checkpoint\\.[0-9A-Za-z_-]{1,8}\\.json");

  private final LedgerDirectory directory;
  private final NodeIdentity identity;

  /** Of the chains that were opened here, by boot: what was read is not read again. */
  private final Map<String, ChainEnd> ends = new HashMap<>();

  NodeLedger(Path root, NodeIdentity identity) {
    this.directory = new LedgerDirectory(root);
    this.identity = identity;
  }

  /** The checkpoint of this boot on the share. */
  CheckpointFile checkpointFile() {
    return new CheckpointFile(checkpointPath(identity.boot()));
  }

  /** Puts the state of this boot on the share, and nothing else. */
  void keep(Checkpoint checkpoint) throws IOException {
    Files.createDirectories(nodeDirectory());
    checkpointFile().write(checkpoint);
  }

  /**
   * Recovers the boots before, in the order in which they ended, and opens the chain of this boot.
   *
   * @param now for the boot line, if this boot has none yet
   * @param clockUnset whether {@code now} may be wrong
   * @param stateIsNew whether the daemon knows nothing of this boot before now; what the share
   *     knows of it is then written, but for the jobs' own lines: they still run
   */
  LedgerAppender open(Instant now, boolean clockUnset, boolean stateIsNew) throws IOException {
    Files.createDirectories(nodeDirectory());
    for (Checkpoint left : checkpointsOfOtherBoots()) {
      recover(left);
    }
    LedgerAppender appender = chain(identity, identity.boot());
    if (appender.lastSeq() == 0) {
      beginChain(appender, identity, now, clockUnset);
    }
    Optional<Checkpoint> own = stateIsNew ? checkpointFile().readOf(identity) : Optional.empty();
    if (own.isPresent() && own.get().seqBase().isPresent()) {
      append(appender, own.get().seqBase().getAsLong(), own.get().closingWithoutRuns());
    }
    return appender;
  }

  /**
   * Appends the lines that the chain does not have yet.
   *
   * @return the seq before ordinal 1, with which the last line was written
   */
  static long append(LedgerAppender appender, long seqBase, List<PendingLine> lines)
      throws IOException {
    long base = seqBase;
    for (PendingLine line : lines) {
      if (base + line.ordinal() > appender.lastSeq()) {
        // Another number than foreseen means that somebody took the ledger's files away.
        base = appender.append(line::chained) - line.ordinal();
      }
    }
    return base;
  }

  private LedgerAppender chain(NodeIdentity node, String boot) throws IOException {
    ChainEnd end = ends.computeIfAbsent(boot, any -> new ChainEnd());
    return LedgerAppender.open(directory, node.cluster(), node.node(), boot, end);
  }

  private void recover(Checkpoint left) throws IOException {
    NodeIdentity old = left.identity();
    LedgerAppender appender = chain(old, old.boot());
    List<PendingLine> lines = left.closing();
    if (appender.lastSeq() == 0 && !lines.isEmpty()) {
      beginChain(appender, old, left.window().from(), left.isClockUnset());
    }
    OptionalLong base = left.seqBase();
    append(appender, base.isPresent() ? base.getAsLong() : appender.lastSeq(), lines);
    Files.deleteIfExists(checkpointPath(old.boot()));
    long jobs = lines.stream().filter(line -> line.line() instanceof JobLine).count();
    LOG.info("boot {} is closed: {} lines, of which {} jobs", old.boot(), lines.size(), jobs);
  }

  private void beginChain(
      LedgerAppender appender, NodeIdentity boot, Instant at, boolean clockUnset)
      throws IOException {
    Optional<BootLine.PreviousBoot> previous = previous(boot);
    Instant label = at.truncatedTo(ChronoUnit.MILLIS);
    appender.append(header -> new BootLine(header.withClockUnset(clockUnset), label, previous));
  }

  private Optional<BootLine.PreviousBoot> previous(NodeIdentity boot) throws IOException {
    Optional<String> before = BootHistory.bootBefore(directory, boot.node(), boot.boot());
    if (before.isEmpty()) {
      return Optional.empty();
    }
    long seq = chain(boot, before.get()).lastSeq();
    return Optional.of(new BootLine.PreviousBoot(before.get(), seq));
  }

  private List<Checkpoint> checkpointsOfOtherBoots() throws IOException {
    List<Checkpoint> left = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(nodeDirectory())) {
      for (Path entry : entries) {
        if (CHECKPOINT.matcher(entry.getFileName().toString()).matches()
            && !entry.equals(checkpointPath(identity.boot()))) {
          Optional<Checkpoint> one =
              new CheckpointFile(entry).read().filter(state -> belongsInto(state, entry));
          if (one.isPresent()) {
            left.add(labelled(one.get(), entry));
          }
        }
      }
    }
    left.sort((a, b) -> a.window().to().compareTo(b.window().to()));
    return left;
  }

  /**
   * A power cut came before the clock was set, and nothing of that boot was written: the file's own
   * time, which is that of the file server, tells what time it was.
   */
  private static Checkpoint labelled(Checkpoint left, Path file) throws IOException {
    if (!left.isClockUnset() || left.seqBase().isPresent()) {
      return left;
    }
    Instant kept = Files.getLastModifiedTime(file).toInstant();
    return left.movedBy(Duration.between(left.window().to(), kept));
  }

  /** A checkpoint that somebody put here would be closed in a chain that another node may write. */
  private boolean belongsInto(Checkpoint checkpoint, Path file) {
    NodeIdentity whose = checkpoint.identity();
    boolean here =
        whose.node().equals(identity.node()) && checkpointPath(whose.boot()).equals(file);
    if (!here) {
      LOG.error("{} is not used: it is of boot {} of {}", file, whose.boot(), whose.node());
    }
    return here;
  }

  private Path nodeDirectory() {
    return directory.root().resolve(identity.node());
  }

  private Path checkpointPath(String boot) {
    String start = boot.substring(0, Math.min(8, boot.length()));
    return nodeDirectory().resolve("checkpoint." + start + ".json");
  }
}
