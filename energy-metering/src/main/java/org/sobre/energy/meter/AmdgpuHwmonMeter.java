package org.sobre.energy.meter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading.Reason;

/**
 * AMD GPUs, from the amdgpu driver's files, once a poll: of their energy counter ({@link
 * org.sobre.energy.ledger.Quality#COUNTER}) where they have one and it agreed with the power for a
 * minute, see {@link CounterTrust#unproven}; else of their power ({@code SAMPLED}), each two of
 * which are joined by a straight line, see {@link AmdgpuReading#average()}. Such counters were seen
 * to run at a wrong rate, to stand still and to go back (ROCm's amdsmi, issues 38, 22 and 115).
 *
 * <p>Behind these files stands the card's firmware, and a read of a sick card may never return and
 * cannot be interrupted. So each card is read in a thread of its own: one that hangs is missing
 * with {@link Reason#TIMED_OUT}, and costs neither the other cards nor the caller anything. It is
 * not asked again before it has answered.
 */
public final class AmdgpuHwmonMeter implements Meter {

  public static final String SOURCE = "amdgpu-hwmon";
  public static final String COUNTER_SOURCE = "amdgpu-energy";

  private static final Logger LOG = LoggerFactory.getLogger(AmdgpuHwmonMeter.class);

  private static final class Card {
    final MeterId meter;
    final Callable<AmdgpuReading> read;
    final CountedCard counted;
    Optional<String> said = Optional.empty();
    Optional<Reason> missing = Optional.empty();
    Optional<FutureTask<AmdgpuReading>> asked = Optional.empty();
    long askedAtNanos;

    Card(MeterId meter, Callable<AmdgpuReading> read, CountedCard counted) {
      this.meter = meter;
      this.read = read;
      this.counted = counted;
    }
  }

  private final UptimeClock clock;
  private final Duration longestInterval;
  private final Executor readers;
  private final Runnable close;
  private final List<Card> cards = new ArrayList<>();

  /**
   * @param cards how each is read, by device id
   * @param powers what they can draw
   * @param trusts by device id, for whoever makes the meter anew: a counter is judged once
   * @param readers where the cards are read; one that hangs must not hold up another
   */
  AmdgpuHwmonMeter(
      Map<String, Callable<AmdgpuReading>> cards,
      UptimeClock clock,
      MetersConfig config,
      PlausiblePowers powers,
      Map<String, CounterTrust> trusts,
      Executor readers,
      Runnable close) {
    this.clock = clock;
    this.longestInterval = config.longestInterval();
    this.readers = readers;
    this.close = close;
    long started = clock.nanosSinceBoot();
    new TreeMap<>(cards)
        .forEach(
            (device, read) -> {
              MeterId meter = new MeterId(Part.GPU, device);
              CounterTrust trust =
                  trusts.computeIfAbsent(
                      device, any -> CounterTrust.unproven(config.counterTolerance()));
              CountedCard counted =
                  new CountedCard(meter, trust, powers.of(device), longestInterval, started);
              this.cards.add(new Card(meter, read, counted));
            });
  }

  /**
   * @param cards where each is on the PCI bus, by the id by which the ledger knows it
   * @param powers what they can draw
   */
  public static AmdgpuHwmonMeter of(
      SysRoot root,
      UptimeClock clock,
      MetersConfig config,
      Map<String, PciAddress> cards,
      PlausiblePowers powers) {
    return new AmdgpuMeters(root, clock, config).start(cards, powers);
  }

  static AmdgpuHwmonMeter of(
      SysRoot root,
      UptimeClock clock,
      MetersConfig config,
      Map<String, PciAddress> cards,
      PlausiblePowers powers,
      Map<String, CounterTrust> trusts) {
    Map<String, Callable<AmdgpuReading>> reads = new HashMap<>();
    cards.forEach(
        (device, address) -> {
          AmdgpuCard card = new AmdgpuCard(root, address, powers.of(device));
          reads.put(device, () -> card.read(clock));
        });
    // Grows to a thread a card.
    ExecutorService threads =
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "sobre-amdgpu");
              thread.setDaemon(true);
              return thread;
            });
    return new AmdgpuHwmonMeter(
        reads, clock, config, powers, trusts, threads, threads::shutdownNow);
  }

  @Override
  public List<MeteredInterval> poll() {
    List<MeteredInterval> intervals = new ArrayList<>();
    for (Card card : cards) {
      take(card).ifPresent(intervals::add);
      if (card.asked.isEmpty()) {
        ask(card);
        take(card).ifPresent(intervals::add);
      }
      watchSilence(card);
    }
    return intervals;
  }

  @Override
  public List<MeterStatus> meters() {
    return cards.stream()
        .map(card -> new MeterStatus(card.meter, source(card), card.missing))
        .toList();
  }

  @Override
  public void close() {
    close.run();
  }

  private void ask(Card card) {
    FutureTask<AmdgpuReading> task = new FutureTask<>(card.read);
    card.asked = Optional.of(task);
    card.askedAtNanos = clock.nanosSinceBoot();
    readers.execute(task);
  }

  /** What the card answered, if it has. */
  private Optional<MeteredInterval> take(Card card) {
    Optional<FutureTask<AmdgpuReading>> answered = card.asked.filter(FutureTask::isDone);
    if (answered.isEmpty()) {
      return Optional.empty();
    }
    card.asked = Optional.empty();
    AmdgpuReading reading = answer(answered.get());
    note(card, reading.whyNoPower());
    Optional<MeteredInterval> interval = card.counted.read(reading);
    if (!card.said.equals(card.counted.verdict())) {
      card.said = card.counted.verdict();
      card.said.ifPresent(
          why -> LOG.warn("{}: its energy counter is not used, its power is: {}", card.meter, why));
    }
    return interval;
  }

  private static String source(Card card) {
    return card.counted.isCounted() ? COUNTER_SOURCE : SOURCE;
  }

  private AmdgpuReading answer(FutureTask<AmdgpuReading> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      return AmdgpuReading.without(
          clock.nanosSinceBoot(), Reason.FAILED, String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return AmdgpuReading.without(clock.nanosSinceBoot(), Reason.TIMED_OUT, "interrupted");
    }
  }

  private void watchSilence(Card card) {
    if (card.asked.isPresent()
        && clock.nanosSinceBoot() - card.askedAtNanos > longestInterval.toNanos()) {
      card.counted.lose();
      note(card, Optional.of(Reason.TIMED_OUT));
    }
  }

  /** Said when it changes. */
  private static void note(Card card, Optional<Reason> missing) {
    if (!card.missing.equals(missing)) {
      LOG.info("{}: {}", card.meter, missing.map(Reason::jsonName).orElse("is read"));
    }
    card.missing = missing;
  }
}
