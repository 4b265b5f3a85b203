package org.sobre.energy.meter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The power of NVIDIA GPUs, from one {@code nvidia-smi} that prints a row a card each interval, of
 * the cards that are awake: it would wake the others, and none that it has open falls asleep. No
 * output of that tool has an energy counter, so the energy is {@link
 * org.sobre.energy.ledger.Quality#SAMPLED}.
 */
public final class NvidiaPowerMeter implements Meter {

  public static final String SOURCE = "nvidia-smi";

  private static final Logger LOG = LoggerFactory.getLogger(NvidiaPowerMeter.class);

  /** Without the persistence daemon the driver is loaded first, on some machines for long. */
  private static final Duration FIRST_ROW_WITHIN = Duration.ofSeconds(30);

  /** Then all may be said again. */
  private static final int MOST_NOTES = 64;

  private static final class Card {
    final PowerIntegrator integrator;
    long expectedSinceNanos;
    Optional<Reason> missing = Optional.empty();
    OptionalLong seenAtNanos = OptionalLong.empty();

    Card(PowerIntegrator integrator, long expectedSinceNanos) {
      this.integrator = integrator;
      this.expectedSinceNanos = expectedSinceNanos;
    }

    /** Silent for longer than it may be. */
    boolean isSilent(long now, Duration longestInterval) {
      return seenAtNanos.isPresent()
          ? now - seenAtNanos.getAsLong() > longestInterval.toNanos()
          : now - expectedSinceNanos > FIRST_ROW_WITHIN.toNanos();
    }
  }

  private final AwakeRows rows;
  private final UptimeClock clock;
  private final Duration longestInterval;
  private final long startedNanos;
  private final PlausiblePowers powers;
  private final Map<String, Card> cards = new TreeMap<>();
  private Optional<NvidiaRowParser> parser = Optional.empty();
  private OptionalLong silentFromNanos = OptionalLong.empty();
  private boolean rowsSinceStart;
  private int starts;
  private final Set<String> said = new HashSet<>();

  /**
   * @param expected UUIDs of the cards the node has: one that never gives a row is missing
   */
  NvidiaPowerMeter(
      AwakeRows rows,
      UptimeClock clock,
      Duration longestInterval,
      Set<String> expected,
      PlausiblePowers powers) {
    this.rows = rows;
    this.starts = rows.starts();
    this.clock = clock;
    this.longestInterval = longestInterval;
    this.startedNanos = clock.nanosSinceBoot();
    this.powers = powers;
    expected.forEach(uuid -> card(uuid));
  }

  /**
   * Starts the tool, for the cards that are awake.
   *
   * @param program nvidia-smi, or where it is
   * @param sleeping of the cards the node has: one that never gives a row is missing
   */
  public static NvidiaPowerMeter start(
      ToolRunner tools,
      String program,
      UptimeClock clock,
      MetersConfig config,
      SleepingCards sleeping,
      PlausiblePowers powers) {
    AwakeRows rows =
        new AwakeRows(
            sleeping,
            only ->
                new ToolRowStream(
                    new NvidiaFieldChoice(tools, program),
                    fields -> command(program, fields, config.interval(), only),
                    clock));
    return new NvidiaPowerMeter(rows, clock, config.longestInterval(), sleeping.all(), powers);
  }

  /** Through a pipe the tool's rows come in blocks of minutes, unless stdbuf tells it otherwise. */
  static List<String> command(
      String program, List<String> fields, Duration interval, List<String> only) {
    List<String> words =
        new ArrayList<>(
            List.of(
                "stdbuf",
                "-oL",
                program,
                "--query-gpu=" + String.join(",", fields),
                "--format=csv,noheader,nounits",
                "-lms",
                Long.toString(interval.toMillis())));
    words.addAll(only);
    return words;
  }

  @Override
  public List<MeteredInterval> poll() {
    List<MeteredInterval> intervals = new ArrayList<>();
    for (StreamEvent event : rows.drain()) {
      if (event instanceof StreamEvent.Started started) {
        begin(started);
      } else if (event instanceof StreamEvent.Line line) {
        read(line).ifPresent(intervals::add);
      } else if (event instanceof StreamEvent.Ended ended) {
        end(ended);
      }
    }
    sleepers();
    watchSilence();
    return intervals;
  }

  @Override
  public List<MeterStatus> meters() {
    List<MeterStatus> statuses = new ArrayList<>();
    cards.forEach((uuid, card) -> statuses.add(new MeterStatus(id(uuid), SOURCE, card.missing)));
    return statuses;
  }

  @Override
  public void close() {
    rows.close();
  }

  @Override
  public boolean holdsNothing() {
    return rows.holdsNothing();
  }

  /** Of a card that is not asked nothing is seen, and its silence is no fault. */
  private void sleepers() {
    if (rows.starts() != starts) {
      starts = rows.starts();
      silentFromNanos = OptionalLong.empty();
      rowsSinceStart = false;
      cards.values().forEach(card -> card.integrator.lose());
    }
    cards.forEach(
        (uuid, card) -> {
          if (rows.isAsked(uuid)) {
            if (card.missing.equals(Optional.of(Reason.SUSPENDED))) {
              card.missing = Optional.empty();
              card.expectedSinceNanos = clock.nanosSinceBoot();
              card.seenAtNanos = OptionalLong.empty();
            }
          } else {
            lose(card, Reason.SUSPENDED);
          }
        });
  }

  private void begin(StreamEvent.Started started) {
    parser = Optional.of(new NvidiaRowParser(started.fields()));
    silentFromNanos = OptionalLong.of(started.nanos());
    rowsSinceStart = false;
    LOG.info("nvidia-smi is read, fields {}", started.fields());
  }

  private void end(StreamEvent.Ended ended) {
    note("nvidia-smi ended: " + ended.detail());
    silentFromNanos = OptionalLong.empty();
    cards.values().forEach(card -> lose(card, ended.reason()));
  }

  private Optional<MeteredInterval> read(StreamEvent.Line line) {
    Optional<NvidiaRow> parsed = parser.flatMap(p -> p.parse(line.text()));
    if (parsed.isEmpty()) {
      if (!line.text().isBlank()) {
        note("nvidia-smi says: " + line.text());
      }
      return Optional.empty();
    }
    silentFromNanos = OptionalLong.of(line.nanos());
    rowsSinceStart = true;
    NvidiaRow row = parsed.get().believed(powers.of(parsed.get().uuid()));
    Card card = card(row.uuid());
    card.seenAtNanos = silentFromNanos;
    card.missing = row.whyNoPower();
    rows.seen(row.uuid(), row.busy().orElse(true));
    return card.integrator.read(line.nanos(), row);
  }

  private void watchSilence() {
    long now = clock.nanosSinceBoot();
    for (Card card : cards.values()) {
      if (card.missing.isEmpty() && card.isSilent(now, longestInterval)) {
        lose(card, Reason.TIMED_OUT);
      }
    }
    Duration patience = rowsSinceStart ? longestInterval : FIRST_ROW_WITHIN;
    if (silentFromNanos.isPresent() && now - silentFromNanos.getAsLong() > patience.toNanos()) {
      note("nvidia-smi has printed nothing for " + patience.toMillis() + " ms: started again");
      silentFromNanos = OptionalLong.empty();
      rows.restart();
    }
  }

  private Card card(String uuid) {
    return cards.computeIfAbsent(
        uuid,
        key ->
            new Card(
                new PowerIntegrator(id(key), longestInterval, startedNanos),
                clock.nanosSinceBoot()));
  }

  private static void lose(Card card, Reason reason) {
    card.integrator.lose();
    card.missing = Optional.of(reason);
  }

  private static MeterId id(String uuid) {
    return new MeterId(Part.GPU, uuid);
  }

  /** Said once: of a lost card the tool tells each second, and of two lost cards in turn. */
  private void note(String message) {
    if (said.size() >= MOST_NOTES) {
      said.clear();
    }
    if (said.add(message)) {
      LOG.warn("{}", message);
    }
  }
}
