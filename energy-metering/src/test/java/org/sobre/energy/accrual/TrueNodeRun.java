package org.sobre.energy.accrual;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.sobre.energy.attribution.CpuUse;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerVerifier;
import org.sobre.energy.ledger.Verification;
import org.sobre.energy.meter.MeteredInterval;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.TrueMeters;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;
import org.sobre.slurm.job.SpoolRecord;
import org.sobre.truth.TrueNode;

/**
 * Lives through the time of a node of which everything is known, on a clock of its own: real
 * meters, attribution, and the ledger in files. The order of things is that of the daemon's loop.
 */
final class TrueNodeRun {

  static final Instant BOOTED = Instant.parse("2026-11-20T13:17:42.310Z");

  private static final long SECOND = 1_000_000_000L;

  /** How late the loop may be. */
  private static final int MOST_LATE_NANOS = 15_000_000;

  private static final NodeIdentity IDENTITY = new NodeIdentity("c", "n1", "boot-1");

  private static final class Clock implements UptimeClock {
    private long nanos;

    @Override
    public long nanosSinceBoot() {
      return nanos;
    }

    @Override
    public Instant wall() {
      return BOOTED.plusNanos(nanos);
    }
  }

  private final TrueNode node;
  private final Path directory;
  private final UnaryOperator<List<MeteredInterval>> meddling;
  private final long markShift;
  private final Clock clock = new Clock();
  private final Random random;
  private final Accrual accrual;
  private final LedgerAppender chain;
  private final Set<Long> closed = new HashSet<>();
  private long base;
  private long lookedAt;

  /**
   * @param directory empty
   * @param meddling what becomes of what the meters saw
   * @param markShift by how much the hooks' clock is ahead of the meters', nanoseconds
   */
  TrueNodeRun(
      TrueNode node,
      long seed,
      Path directory,
      UnaryOperator<List<MeteredInterval>> meddling,
      long markShift)
      throws IOException {
    this.node = node;
    this.directory = directory;
    this.meddling = meddling;
    this.markShift = markShift;
    this.random = new Random(seed);
    this.accrual =
        Accrual.fresh(IDENTITY, new MetersConfig(Duration.ofSeconds(1)), 0, clock.wall());
    accrual.nodeCpus(node.cpus());
    chain =
        LedgerAppender.open(
            new LedgerDirectory(directory.resolve("ledger")),
            IDENTITY.cluster(),
            IDENTITY.node(),
            IDENTITY.boot());
    base = chain.append(header -> new BootLine(header, clock.wall(), Optional.empty()));
    accrual.seqBase(base);
  }

  /**
   * @return the lines of the ledger
   */
  List<String> run() throws IOException {
    try (TrueMeters meters = new TrueMeters(node, clock, directory, random.nextInt((int) SECOND))) {
      for (long tick = 0; tick < node.nanos(); tick += SECOND) {
        clock.nanos = Math.min(node.nanos(), tick + random.nextInt(MOST_LATE_NANOS));
        tick(meters);
        accrual.advance(clock.nanos, clock.wall());
        write();
      }
      clock.nanos = node.nanos();
      tick(meters);
      accrual.close(clock.nanos, clock.wall());
      write();
    }
    List<String> lines = new ArrayList<>();
    for (LedgerDirectory.LedgerFile file : ledger().files(IDENTITY.node())) {
      lines.addAll(Files.readAllLines(file.path()));
    }
    return lines;
  }

  /** What {@code sobre ledger verify} says of them. */
  Verification verify() throws IOException {
    return LedgerVerifier.verify(ledger());
  }

  private LedgerDirectory ledger() {
    return new LedgerDirectory(directory.resolve("ledger"));
  }

  private void tick(TrueMeters meters) throws IOException {
    List<MeteredInterval> seen = meters.poll();
    accrual.observe(meters.statuses(), meddling.apply(seen));
    if (node.floorWatts().isPresent() && lookedAt < clock.nanos) {
      accrual.observe(work(lookedAt, clock.nanos));
      lookedAt = clock.nanos;
    }
    for (TrueNode.Job job : node.jobs()) {
      long begin = job.begin() + markShift;
      long end = job.end() + markShift;
      if (begin <= clock.nanos && !closed.contains(job.id())) {
        JobKey key = new JobKey(job.id(), 0);
        accrual.begin(
            new SpoolRecord.Begin(facts(job, key), begin), held(job), clock.nanos, clock.wall());
        if (end <= clock.nanos) {
          accrual.end(new SpoolRecord.End(key, end, OptionalInt.of(0)), clock.nanos);
        }
      }
    }
  }

  /** How long the processors worked, as the kernel tells it. */
  private CpuUse work(long from, long to) {
    double micros = (to - from) / 1e3;
    Map<JobKey, Long> ofJobs = new HashMap<>();
    for (TrueNode.Job job : node.jobs()) {
      double working = TrueNode.working(job, from, to);
      if (working > 0) {
        ofJobs.put(new JobKey(job.id(), 0), Math.round(working * micros));
      }
    }
    long busy = Math.round(node.busy(from, to) * micros);
    return new CpuUse(from, to, ofJobs, new TreeMap<>(), busy, /* jobsAreSeen= */ true);
  }

  private static JobFacts facts(TrueNode.Job job, JobKey key) {
    return new JobFacts(
        key, "alice", 1_000, Optional.of("lab"), Optional.empty(), List.of(), job.cpus());
  }

  private static List<HeldGpu> held(TrueNode.Job job) {
    List<HeldGpu> held = new ArrayList<>();
    job.boards()
        .forEach(
            (board, part) ->
                held.add(
                    new HeldGpu(
                        board,
                        "t",
                        part < 1 ? Optional.of("1g.10gb") : Optional.empty(),
                        OptionalLong.empty(),
                        BigDecimal.valueOf(part))));
    return held;
  }

  private void write() throws IOException {
    for (PendingLine line : accrual.pending()) {
      chain.append(line::chained);
      accrual.written(line.ordinal());
      line.closes().ifPresent(job -> closed.add(job.id()));
    }
  }
}
