package org.sobre.daemon.health;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.energy.meter.UptimeClock;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.health.CardLook;
import org.sobre.slurm.health.HealthCard;
import org.sobre.slurm.health.HealthConfig;
import org.sobre.slurm.health.HealthRules;
import org.sobre.slurm.health.HealthState;
import org.sobre.slurm.health.HealthStateCodec;
import org.sobre.slurm.health.KernelRecord;

/**
 * Looks at the node's cards each interval and writes what it finds to the state file. In a thread
 * of its own: what hangs here holds up no metering. It acts on nothing.
 */
public final class HealthWatch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(HealthWatch.class);

  /** Everyone may read it: {@code sobre health}, {@code sobre doctor}. */
  private static final String READABLE = "rw-r--r--";

  /** Of the kernel's log, waiting to be read; Xids come one or a few at a time. */
  private static final int MOST_RECORDS = 100_000;

  private static final String RELEASED = "left alone (sobre-monitord release)";

  private final Path file;
  private final UptimeClock clock;
  private final HealthConfig config;
  private final Supplier<Optional<List<HealthCard>>> node;
  private final List<CardLooker> lookers;
  private final CardRelease release;
  private final KernelLog kernelLog;
  private final HealthRules rules;
  private final Queue<KernelRecord> kernelSaid = new LinkedBlockingQueue<>(MOST_RECORDS);
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "sobre-health");
  private String said = "";
  private String trouble = "";

  /**
   * @param file that is written
   * @param node the cards that count; empty while they are not known. Asked before each look
   * @param kmsg the kernel's log
   * @param release while it holds, no card is asked
   */
  HealthWatch(
      Path file,
      UptimeClock clock,
      HealthConfig config,
      Supplier<Optional<List<HealthCard>>> node,
      List<CardLooker> lookers,
      Path kmsg,
      CardRelease release) {
    this.file = file;
    this.clock = clock;
    this.config = config;
    this.node = node;
    this.lookers = List.copyOf(lookers);
    this.release = release;
    this.kernelLog = new KernelLog(kmsg, this::hear);
    this.rules = new HealthRules(config);
    thread.setDaemon(true);
  }

  /** Of this machine; not started yet. */
  public static HealthWatch of(
      SysRoot machine,
      UptimeClock clock,
      HealthConfig config,
      DiscoveryConfig discovery,
      Supplier<Optional<List<HealthCard>>> node,
      CardRelease release) {
    return new HealthWatch(
        machine.run().resolve("sobre/health"),
        clock,
        config,
        node,
        List.of(
            new NvidiaLooker(
                new CommonsExecToolRunner(), discovery.nvidiaSmi(), machine, discovery.deadline()),
            AmdLooker.of(machine, discovery.deadline())),
        machine.dev().resolve("kmsg"),
        release);
  }

  public void start() {
    kernelLog.start();
    thread.start();
  }

  private void hear(KernelRecord record) {
    // only what may concern a card is kept until the next look
    if (record.fromKernel()
        && (record.text().startsWith("NVRM: ") || record.text().startsWith("pci "))) {
      if (!kernelSaid.offer(record)) {
        LOG.debug("the kernel says too much of cards at once, left out: {}", record.text());
      }
    }
  }

  private void run() {
    try {
      do {
        look();
      } while (!stop.await(config.interval().toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One look at everything, and what it leads to is written. */
  void look() {
    node.get()
        .ifPresent(
            cards -> {
              if (!cards.equals(rules.cards()) || cards.isEmpty()) {
                rules.cards(cards);
              }
            });
    List<CardLook> looks = ask();
    KernelRecord record;
    while ((record = kernelSaid.poll()) != null) {
      rules.kernelSaid(record);
    }
    rules.look(looks, clock.nanosSinceBoot());
    write(rules.state(Duration.ofNanos(clock.nanosSinceBoot()), kernelLog.state()));
  }

  private List<CardLook> ask() {
    try {
      if (!release.beginLook()) {
        return rules.cards().stream().map(card -> CardLook.unknown(card, RELEASED)).toList();
      }
      List<CardLook> looks = new ArrayList<>();
      for (CardLooker looker : lookers) {
        looks.addAll(looker.look(rules.cards(), rules.ill()));
      }
      return looks;
    } finally {
      release.endLook();
    }
  }

  private void write(HealthState state) {
    try {
      AtomicFile.replace(
          file, HealthStateCodec.write(state), PosixFilePermissions.fromString(READABLE));
      trouble = "";
    } catch (IOException e) {
      if (!trouble.equals(e.toString())) {
        trouble = e.toString();
        LOG.warn("{} cannot be written: the health check does nothing: {}", file, trouble);
      }
    }
    String now = state.verdict().word() + " " + state.causes();
    if (!now.equals(said)) {
      said = now;
      LOG.info("health: {} {} {}", state.verdict().word(), state.reason(), state.unknown());
    }
  }

  @Override
  public void close() {
    stop.countDown();
    lookers.forEach(CardLooker::close);
  }
}
