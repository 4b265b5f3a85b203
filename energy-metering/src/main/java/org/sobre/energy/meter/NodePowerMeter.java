package org.sobre.energy.meter;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The whole node, as its board tells it: fans, disks and, where the board measures there, the power
 * supply's losses too. Quality {@link Quality#SAMPLED}; what was told last counts until the next,
 * for half a minute at most, so that the error is a change of power times the time between two
 * tellings: a second by ACPI, ten by IPMI. All other meters of the node are within it.
 *
 * <p>Read in a thread of its own, for behind the file stands firmware; it is not asked again before
 * it has answered.
 */
public final class NodePowerMeter implements Meter {

  public static final String ACPI_SOURCE = "acpi-power-meter";
  public static final String IPMI_SOURCE = "ipmi-dcmi";

  /** By the controller of the board (BMC), which is behind both sources. */
  public static final MeterId BOARD = new MeterId(Part.NODE, "bmc");

  static final Duration FRESH = Duration.ofSeconds(30);

  /** Where there is none; the kernel's module, or the timer, may be started later. */
  static final Duration LOOK_AGAIN = Duration.ofMinutes(1);

  private static final Logger LOG = LoggerFactory.getLogger(NodePowerMeter.class);

  /** Eight cards of 1 kW and what feeds and cools them. */
  private static final Power MOST = new Power(20_000_000_000L);

  private final Callable<Reading<NodePower>> read;
  private final UptimeClock clock;
  private final Duration longestInterval;
  private final Executor reader;
  private final Runnable close;
  private Optional<FutureTask<Reading<NodePower>>> asked = Optional.empty();
  private Optional<NodePower> told = Optional.empty();
  private Optional<Reason> missing = Optional.of(Reason.NOT_PRESENT);
  private boolean present;
  private long askAtNanos;
  private String source = ACPI_SOURCE;
  private OptionalLong seenUntilNanos = OptionalLong.empty();

  /**
   * @param reader where it is read, which may take long
   */
  NodePowerMeter(
      Callable<Reading<NodePower>> read,
      UptimeClock clock,
      Duration longestInterval,
      Executor reader,
      Runnable close) {
    this.read = read;
    this.clock = clock;
    this.longestInterval = longestInterval;
    this.reader = reader;
    this.close = close;
  }

  public static NodePowerMeter of(SysRoot root, UptimeClock clock, MetersConfig config) {
    PlausiblePower plausible = new PlausiblePower(BOARD.toString(), OptionalInt.empty(), MOST);
    NodePowerFiles files = new NodePowerFiles(root, clock, plausible);
    // no thread while there is nothing to ask
    ExecutorService thread =
        new ThreadPoolExecutor(
            0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), NodePowerMeter::thread);
    return new NodePowerMeter(
        files::read, clock, config.longestInterval(), thread, thread::shutdownNow);
  }

  private static Thread thread(Runnable work) {
    Thread made = new Thread(work, "sobre-node-power");
    made.setDaemon(true);
    return made;
  }

  @Override
  public List<MeteredInterval> poll() {
    take();
    if (asked.isEmpty() && clock.nanosSinceBoot() >= askAtNanos) {
      FutureTask<Reading<NodePower>> task = new FutureTask<>(read);
      asked = Optional.of(task);
      reader.execute(task);
      take();
    }
    long now = clock.nanosSinceBoot();
    if (told.isPresent() && !isFresh(told.get())) {
      lose(Reason.TIMED_OUT);
    }
    return told.map(power -> held(power, now)).orElse(List.of());
  }

  private boolean isFresh(NodePower power) {
    return clock.nanosSinceBoot() - power.nanos() <= FRESH.toNanos();
  }

  private void lose(Reason why) {
    told = Optional.empty();
    seenUntilNanos = OptionalLong.empty();
    note(Optional.of(why));
  }

  /** Since the poll before, by what was told last. */
  private List<MeteredInterval> held(NodePower power, long now) {
    OptionalLong from = seenUntilNanos;
    seenUntilNanos = OptionalLong.of(now);
    if (from.isEmpty()
        || now <= from.getAsLong()
        || now - from.getAsLong() > longestInterval.toNanos()) {
      return List.of();
    }
    Duration time = Duration.ofNanos(now - from.getAsLong());
    return List.of(
        new MeteredInterval(
            BOARD,
            from.getAsLong(),
            now,
            power.power().over(time),
            Quality.SAMPLED,
            Optional.empty()));
  }

  /** None as long as the node has no such meter. */
  @Override
  public List<MeterStatus> meters() {
    return present ? List.of(new MeterStatus(BOARD, source, missing)) : List.of();
  }

  @Override
  public void close() {
    close.run();
  }

  private void take() {
    Optional<FutureTask<Reading<NodePower>>> answered = asked.filter(FutureTask::isDone);
    if (answered.isEmpty()) {
      return;
    }
    asked = Optional.empty();
    Reading<NodePower> answer = answer(answered.get());
    Optional<NodePower> power = answer.measured().filter(this::isFresh);
    if (power.isPresent()) {
      told = power;
      source = power.get().source();
      present = true;
      note(Optional.empty());
    } else {
      Reason why = answer.match(stale -> Reason.TIMED_OUT, none -> none.reason());
      present |= why != Reason.NOT_PRESENT;
      lose(why);
      askAtNanos = present ? 0 : clock.nanosSinceBoot() + LOOK_AGAIN.toNanos();
    }
  }

  private static Reading<NodePower> answer(FutureTask<Reading<NodePower>> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      return Reading.unavailable(Reason.FAILED, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reading.unavailable(Reason.TIMED_OUT, "interrupted");
    }
  }

  /** Said when it changes. */
  private void note(Optional<Reason> why) {
    if (!missing.equals(why)) {
      LOG.info("{}: {}", BOARD, why.map(Reason::jsonName).orElse("is read"));
      missing = why;
    }
  }
}
