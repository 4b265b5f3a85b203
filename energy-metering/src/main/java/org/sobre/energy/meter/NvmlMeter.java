package org.sobre.energy.meter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlLibrary;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * NVIDIA cards by NVIDIA's library: the energy counter of Volta and newer ({@link
 * org.sobre.energy.ledger.Quality#COUNTER}, error its refresh of some 100 ms at the ends of a
 * stretch), else the power ({@code SAMPLED}, ±5 %), both once a poll.
 *
 * <p>A call into a sick driver may never return, and nothing can interrupt it. So one thread of its
 * own makes all calls, and is not asked again before it has answered: the cards are then missing
 * with {@link Reason#TIMED_OUT}, and neither the caller nor another meter waits.
 */
public final class NvmlMeter implements Meter {

  public static final String COUNTER_SOURCE = "nvml-energy";
  public static final String POWER_SOURCE = "nvml-power";

  private static final Logger LOG = LoggerFactory.getLogger(NvmlMeter.class);

  /** The driver may have to be loaded first. */
  private static final Duration FIRST_LOOK_WITHIN = Duration.ofSeconds(30);

  /** Other meters wait meanwhile. */
  private static final Duration CLOSED_WITHIN = Duration.ofMillis(100);

  /** As C programs have it: the daemon's own threads have a quarter of a megabyte, for Java. */
  private static final long STACK_BYTES = 8L << 20;

  private static final class Card {
    final CountedCard card;
    Optional<Reason> missing = Optional.empty();
    Optional<String> said = Optional.empty();

    Card(CountedCard card) {
      this.card = card;
    }
  }

  private final NvmlSession session;
  private final SleepingCards sleeping;
  private final UptimeClock clock;
  private final Duration longestInterval;
  private final ExecutorService thread;
  private final Map<String, Card> cards = new TreeMap<>();
  private Optional<FutureTask<Map<String, NvmlReading>>> asked = Optional.empty();
  private long askedAtNanos;
  private boolean answers;
  private Optional<String> unusable = Optional.empty();

  /**
   * @param powers what the cards can draw
   * @param trusts by UUID, for whoever makes the meter anew: a counter is judged once
   * @param thread of this meter alone, which ends with it
   */
  NvmlMeter(
      Supplier<Reading<NvmlLibrary>> opener,
      Map<String, PciAddress> addresses,
      SleepingCards sleeping,
      UptimeClock clock,
      Duration longestInterval,
      PlausiblePowers powers,
      Map<String, CounterTrust> trusts,
      ExecutorService thread) {
    this.session = new NvmlSession(opener, addresses, powers, clock);
    this.sleeping = sleeping;
    this.clock = clock;
    this.longestInterval = longestInterval;
    this.thread = thread;
    trusts.forEach(
        (uuid, trust) -> {
          MeterId meter = new MeterId(Part.GPU, uuid);
          long now = clock.nanosSinceBoot();
          CountedCard card = new CountedCard(meter, trust, powers.of(uuid), longestInterval, now);
          cards.put(uuid, new Card(card));
        });
  }

  /** One that does not keep the process alive, whatever hangs in it. */
  static ExecutorService newThread() {
    return Executors.newSingleThreadExecutor(
        work -> {
          Thread thread = new Thread(null, work, "sobre-nvml", STACK_BYTES);
          thread.setDaemon(true);
          return thread;
        });
  }

  @Override
  public List<MeteredInterval> poll() {
    List<MeteredInterval> intervals = new ArrayList<>(take());
    if (asked.isEmpty() && unusable.isEmpty()) {
      ask(sleeping.awake());
      intervals.addAll(take());
    }
    watchSilence();
    return intervals;
  }

  @Override
  public List<MeterStatus> meters() {
    List<MeterStatus> statuses = new ArrayList<>();
    for (Card card : cards.values()) {
      String source = card.card.isCounted() ? COUNTER_SOURCE : POWER_SOURCE;
      statuses.add(new MeterStatus(card.card.meter(), source, card.missing));
    }
    return statuses;
  }

  /** Whether the library has told anything of a card. */
  boolean answers() {
    return answers && unusable.isEmpty();
  }

  /** Why the library cannot be used; what was opened of it is given back, unless it hangs. */
  Optional<String> unusable() {
    return unusable;
  }

  /** Whether all that was opened is given back: not while a call hangs, whatever was asked. */
  @Override
  public boolean holdsNothing() {
    return thread.isTerminated();
  }

  /** Waits a tenth of a second at most: {@link #holdsNothing()} tells when all is given back. */
  @Override
  public void close() {
    if (!thread.isShutdown()) {
      thread.execute(session::end);
      thread.shutdown();
    }
    try {
      if (!thread.awaitTermination(CLOSED_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("NVIDIA's library does not answer yet: until then what it has open stays open");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask(Set<String> awake) {
    FutureTask<Map<String, NvmlReading>> task = new FutureTask<>(() -> session.look(awake));
    asked = Optional.of(task);
    askedAtNanos = clock.nanosSinceBoot();
    thread.execute(task);
  }

  private List<MeteredInterval> take() {
    Optional<FutureTask<Map<String, NvmlReading>>> answered = asked.filter(FutureTask::isDone);
    if (answered.isEmpty()) {
      return List.of();
    }
    asked = Optional.empty();
    List<MeteredInterval> intervals = new ArrayList<>();
    Map<String, NvmlReading> readings = readings(answered.get());
    if (unusable.isPresent()) {
      // an answer that came too late
      return List.of();
    }
    cards.forEach(
        (uuid, card) -> {
          NvmlReading reading = readings.get(uuid);
          if (reading != null) {
            read(uuid, card, reading).ifPresent(intervals::add);
          } else {
            lose(card, Reason.SUSPENDED);
          }
        });
    return intervals;
  }

  private Map<String, NvmlReading> readings(FutureTask<Map<String, NvmlReading>> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NvmlSession.UnusableException known) {
        fail(known.reason(), String.valueOf(known.getMessage()));
      } else {
        fail(Reason.FAILED, String.valueOf(e.getCause()));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new HashMap<>();
  }

  private Optional<MeteredInterval> read(String uuid, Card card, NvmlReading reading) {
    Optional<MeteredInterval> interval = card.card.read(reading);
    boolean counter = reading.counterMicrojoules().measured().isPresent();
    answers |= counter || reading.whyNoPower().isEmpty();
    boolean told = reading.whyNoPower().isEmpty() || (counter && card.card.isCounted());
    Optional<Reason> missing = told ? Optional.empty() : reading.whyNoPower();
    if (!card.missing.equals(missing)) {
      LOG.info("{}: {}", card.card.meter(), missing.map(Reason::jsonName).orElse("is read"));
      card.missing = missing;
    }
    sleeping.seen(uuid, reading.busy().orElse(true));
    if (!card.said.equals(card.card.whyNotCounted())) {
      card.said = card.card.whyNotCounted();
      card.said.ifPresent(
          why -> LOG.warn("{}: its energy counter is not used, its power is: {}", uuid, why));
    }
    return interval;
  }

  private void watchSilence() {
    long silent = clock.nanosSinceBoot() - askedAtNanos;
    if (asked.isEmpty() || silent <= longestInterval.toNanos()) {
      return;
    }
    if (answers || silent > FIRST_LOOK_WITHIN.toNanos()) {
      cards.values().forEach(card -> lose(card, Reason.TIMED_OUT));
    }
    if (silent > FIRST_LOOK_WITHIN.toNanos() && unusable.isEmpty()) {
      fail(Reason.TIMED_OUT, "it has not answered for " + FIRST_LOOK_WITHIN.toSeconds() + " s");
    }
  }

  private void fail(Reason reason, String why) {
    unusable = Optional.of(why);
    cards.values().forEach(card -> lose(card, reason));
  }

  private static void lose(Card card, Reason reason) {
    card.card.lose();
    card.missing = Optional.of(reason);
  }
}
