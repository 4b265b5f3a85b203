package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.daemon.metrics.LedgerFigures;
import org.sobre.energy.accrual.Checkpoint;
import org.sobre.energy.accrual.PendingLine;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.meter.UptimeClock;

/**
 * Writes to the share on a thread of its own: a share that hangs must not stop the meters. Of every
 * state handed over it first writes the checkpoint, then the lines, so that the ledger never has a
 * line of which the newest checkpoint does not know.
 */
final class LedgerWriter {

  private static final Logger LOG = LoggerFactory.getLogger(LedgerWriter.class);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);
  private static final Duration RETRY = Duration.ofSeconds(5);

  /**
   * A share that answers at all, a server that fails over included, takes some kilobytes by then.
   */
  private static final Duration LONGEST_WRITE = Duration.ofSeconds(30);

  private final NodeLedger ledger;
  private final UptimeClock clock;
  private final Duration checkpointEvery;
  private final StateChange state = new StateChange(LOG, "ledger");
  private final BlockingQueue<Offer> offered = new ArrayBlockingQueue<>(1);
  private final Thread thread;
  private volatile OptionalLong seqBase = OptionalLong.empty();
  private volatile long writtenOrdinal;
  private volatile long tookAtNanos;
  private volatile boolean stopping;
  private volatile Optional<String> refusal = Optional.empty();
  private volatile OptionalLong writingSinceNanos = OptionalLong.empty();
  private Optional<LedgerAppender> appender = Optional.empty();
  private OptionalLong checkpointedAtNanos = OptionalLong.empty();
  private Optional<Checkpoint> notKept = Optional.empty();

  /**
   * @param waits whether its lines are not to be written yet
   */
  private record Offer(Checkpoint state, boolean waits) {}

  /**
   * @param checkpointEvery how often the share gets the state when there is nothing to write
   */
  LedgerWriter(NodeLedger ledger, UptimeClock clock, Duration checkpointEvery) {
    this.ledger = ledger;
    this.clock = clock;
    this.checkpointEvery = checkpointEvery;
    this.tookAtNanos = clock.nanosSinceBoot();
    this.thread = new Thread(this::work, "ledger");
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * The newest state; one that was not written yet is superseded by it.
   *
   * @param linesWait whether only the state goes to the share, for what time it is is not known yet
   */
  void offer(Checkpoint checkpoint, boolean linesWait) {
    offered.poll();
    offered.offer(new Offer(checkpoint, linesWait));
  }

  /** The ledger's seq before ordinal 1; present once the ledger is open. */
  OptionalLong seqBase() {
    return seqBase;
  }

  /** All lines up to this ordinal are in the ledger. */
  long writtenOrdinal() {
    return writtenOrdinal;
  }

  /** Why the share does not take what it is to have; in English, empty while it does. */
  Optional<String> trouble() {
    OptionalLong since = writingSinceNanos;
    if (since.isPresent()) {
      Duration writing = Duration.ofNanos(clock.nanosSinceBoot() - since.getAsLong());
      if (writing.compareTo(LONGEST_WRITE) > 0) {
        return Optional.of("no answer of its file system for " + writing.toSeconds() + " s");
      }
    }
    return refusal;
  }

  /**
   * How it keeps up; also while a write hangs.
   *
   * @param newest what is to be written
   */
  LedgerFigures figures(Checkpoint newest, long nowNanos) {
    long written = writtenOrdinal;
    long pending = newest.pending().stream().filter(line -> line.ordinal() > written).count();
    return new LedgerFigures(written, pending, Math.max(0, nowNanos - tookAtNanos));
  }

  /** Writes what was offered last, and ends. Returns after the deadline even if the share hangs. */
  void finish(Duration deadline) {
    stopping = true;
    try {
      thread.join(deadline.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      LOG.error(
          "the ledger did not take the last lines in the time that a stop has: the checkpoint of"
              + " this node has them");
    }
  }

  private void work() {
    Optional<Offer> unwritten = Optional.empty();
    long triedAt = System.nanoTime();
    try {
      while (!stopping || !offered.isEmpty()) {
        Offer newer = offered.poll(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        unwritten = newer != null ? Optional.of(newer) : unwritten;
        boolean again = System.nanoTime() - triedAt >= RETRY.toNanos();
        if (unwritten.isPresent() && (refusal.isEmpty() || again)) {
          unwritten = tryWrite(unwritten.get()) ? Optional.empty() : unwritten;
          triedAt = System.nanoTime();
        }
      }
      unwritten.ifPresent(this::tryWrite);
      keepLast();
    } catch (InterruptedException e) {
      LOG.debug("the ledger's thread was interrupted", e);
    }
  }

  private boolean tryWrite(Offer offer) {
    writingSinceNanos = OptionalLong.of(clock.nanosSinceBoot());
    try {
      if (offer.waits()) {
        keep(offer.state());
      } else {
        notKept = Optional.empty();
        write(offer.state());
      }
      state.fine();
      refusal = Optional.empty();
      tookAtNanos = clock.nanosSinceBoot();
      return true;
    } catch (IOException | RuntimeException e) {
      // Of a write that failed nobody knows what arrived: the end of the chain is looked for again.
      appender = Optional.empty();
      String why = inWords(e);
      state.trouble("cannot be written, tried again each " + RETRY.toSeconds() + " s: " + why);
      refusal = Optional.of(why);
      return false;
    } finally {
      writingSinceNanos = OptionalLong.empty();
    }
  }

  /** Of these two exceptions the message is a path alone. */
  private static String inWords(Exception e) {
    if (e instanceof AccessDeniedException) {
      return "no permission: " + e.getMessage();
    }
    return e instanceof NoSuchFileException ? "not there: " + e.getMessage() : e.toString();
  }

  /** Without opening the chain, whose first line has a time too. */
  private void keep(Checkpoint checkpoint) throws IOException {
    if (checkpointIsDue()) {
      ledger.keep(checkpoint);
      checkpointedAtNanos = OptionalLong.of(clock.nanosSinceBoot());
      notKept = Optional.empty();
    } else {
      notKept = Optional.of(checkpoint);
    }
  }

  /** The last state of a ledger that waits: the next boot may have no other. */
  private void keepLast() {
    try {
      if (notKept.isPresent()) {
        ledger.keep(notKept.get());
      }
    } catch (IOException e) {
      LOG.error("the state of this node is not on the share: {}", e.toString());
    }
  }

  private void write(Checkpoint checkpoint) throws IOException {
    if (appender.isEmpty()) {
      open(checkpoint);
    }
    LedgerAppender chain = appender.orElseThrow();
    List<PendingLine> lines =
        checkpoint.pending().stream().filter(line -> line.ordinal() > writtenOrdinal).toList();
    // A state without the base, or with another, would not know after a crash what was written.
    boolean mayAppend = !lines.isEmpty() && checkpoint.seqBase().equals(seqBase);
    if (mayAppend || checkpointIsDue()) {
      ledger.checkpointFile().write(checkpoint);
      checkpointedAtNanos = OptionalLong.of(clock.nanosSinceBoot());
    }
    if (mayAppend) {
      seqBase = OptionalLong.of(NodeLedger.append(chain, seqBase.orElseThrow(), lines));
      writtenOrdinal = lines.get(lines.size() - 1).ordinal();
    }
  }

  private void open(Checkpoint checkpoint) throws IOException {
    boolean isNew = checkpoint.seqBase().isEmpty();
    LedgerAppender opened = ledger.open(clock.wall(), checkpoint.isClockUnset(), isNew);
    seqBase = isNew ? OptionalLong.of(opened.lastSeq()) : baseOf(checkpoint, opened.lastSeq());
    appender = Optional.of(opened);
  }

  /**
   * The state's own base, unless the ledger has lines of which that state knows nothing: the lines
   * to come are then numbered after them, or they would be taken for written.
   */
  private static OptionalLong baseOf(Checkpoint checkpoint, long lastSeq) {
    long base = checkpoint.seqBase().orElseThrow();
    long sealed = checkpoint.nextOrdinal() - 1;
    if (lastSeq > base + sealed) {
      LOG.error("the state is older than the ledger: seq {}, expected {}", lastSeq, base + sealed);
      return OptionalLong.of(lastSeq - sealed);
    }
    return checkpoint.seqBase();
  }

  private boolean checkpointIsDue() {
    return checkpointedAtNanos.isEmpty()
        || clock.nanosSinceBoot() - checkpointedAtNanos.getAsLong() >= checkpointEvery.toNanos();
  }
}
