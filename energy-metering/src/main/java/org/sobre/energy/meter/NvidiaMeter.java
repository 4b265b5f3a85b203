package org.sobre.energy.meter;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.ledger.MeterId;

/**
 * NVIDIA cards by the better of two ways: NVIDIA's library where it loads and answers, and else
 * nvidia-smi, beside which the library is loaded and tried again, after some seconds first, then
 * twice as many, up to an hour. One that hangs is not tried again: what it holds cannot be taken
 * from it.
 */
final class NvidiaMeter implements Meter {

  static final Duration FIRST_RETRY = Duration.ofSeconds(10);
  static final Duration LONGEST_PAUSE = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(NvidiaMeter.class);

  private final Supplier<NvmlMeter> library;
  private final Optional<Supplier<Meter>> tool;
  private final UptimeClock clock;
  private final Map<MeterId, Long> coveredUntil = new HashMap<>();
  private NvmlMeter nvml;
  private boolean failed;
  private Optional<Meter> smi = Optional.empty();
  private Duration pause = FIRST_RETRY;
  private long retryAtNanos;
  private String said = "";

  /**
   * @param library made anew for each try
   * @param tool started when the library cannot be used; absent where it must not be
   */
  NvidiaMeter(Supplier<NvmlMeter> library, Optional<Supplier<Meter>> tool, UptimeClock clock) {
    this.library = library;
    this.tool = tool;
    this.clock = clock;
    this.nvml = library.get();
  }

  @Override
  public List<MeteredInterval> poll() {
    List<MeteredInterval> intervals = new ArrayList<>();
    smi.ifPresent(running -> intervals.addAll(running.poll()));
    if (failed && clock.nanosSinceBoot() >= retryAtNanos && nvml.holdsNothing()) {
      nvml = library.get();
      failed = false;
    }
    if (!failed) {
      intervals.addAll(nvml.poll());
      judge();
    }
    return notTwice(intervals);
  }

  @Override
  public List<MeterStatus> meters() {
    return smi.map(Meter::meters).orElseGet(nvml::meters);
  }

  @Override
  public boolean holdsNothing() {
    return smi.map(Meter::holdsNothing).orElse(true) && nvml.holdsNothing();
  }

  @Override
  public void close() {
    nvml.close();
    smi.ifPresent(Meter::close);
  }

  private void judge() {
    Optional<String> unusable = nvml.unusable();
    if (unusable.isPresent()) {
      fail(unusable.get());
    } else if (nvml.answers()) {
      pause = FIRST_RETRY;
      said = "";
      smi.ifPresent(
          running -> {
            LOG.info("NVIDIA's library can be used, nvidia-smi is ended");
            running.close();
          });
      smi = Optional.empty();
    }
  }

  private void fail(String why) {
    if (!why.equals(said)) {
      said = why;
      LOG.warn("NVIDIA's library cannot be used: {}", why);
    }
    failed = true;
    nvml.close();
    retryAtNanos = clock.nanosSinceBoot() + pause.toNanos();
    Duration twice = pause.multipliedBy(2);
    pause = twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
    if (smi.isEmpty()) {
      smi = tool.map(Supplier::get);
    }
  }

  /** Where one takes over from the other, both may have seen the same moment. */
  private List<MeteredInterval> notTwice(List<MeteredInterval> intervals) {
    List<MeteredInterval> once = new ArrayList<>();
    for (MeteredInterval interval : intervals) {
      long covered = coveredUntil.getOrDefault(interval.meter(), 0L);
      if (interval.toNanos() > covered) {
        coveredUntil.put(interval.meter(), interval.toNanos());
        once.add(interval.fromNanos() < covered ? interval.after(covered) : interval);
      }
    }
    return once;
  }
}
