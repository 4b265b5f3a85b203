package org.sobre.jobs.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.calibration.Calibration;
import org.sobre.jobs.calibration.CalibrationKey;
import org.sobre.jobs.calibration.CalibrationLine;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.calibration.Peak;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.launch.ReportedMemory;
import org.sobre.jobs.oom.AllocatorSettings;
import org.sobre.jobs.oom.OomVerdict;
import org.sobre.jobs.oom.TorchReport;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.ModelProfile;

/** Writes down what a command with a planned batch came to, where that is news. */
final class Experience {

  /** A peak that is as near to what is known tells nothing new. */
  private static final double NEWS = 0.02;

  /** Of what was planned with, a part that no difference of counting explains. */
  private static final double LESS = 0.95;

  private final CalibrationStore store;
  private final Clock clock;
  private final Map<String, String> environment;

  /**
   * @param environment of this process
   */
  Experience(CalibrationStore store, Clock clock, Map<String, String> environment) {
    this.store = store;
    this.clock = clock;
    this.environment = Map.copyOf(environment);
  }

  Path file() {
    return store.file();
  }

  /** A batch ran out of the card's memory. True if that is written down. */
  boolean ranOut(Attempt attempt, BatchPlan plan, OomVerdict verdict) {
    Prepared prepared = attempt.prepared();
    if (!prepared.fillsBatch() || prepared.devices().isEmpty()) {
      return false;
    }
    MemorySize offered = verdict.report().flatMap(TorchReport::offered).orElse(plan.budget());
    // what CUDA and the driver's tool count differs by some 100 MiB; more have others taken since
    boolean less = offered.bytes() < LESS * plan.budget().bytes();
    MemorySize budget = less ? offered : plan.budget();
    CalibrationLine met =
        CalibrationLine.ceiling(
                key(prepared, plan),
                memory(attempt.result()).flatMap(ReportedMemory::framework),
                plan.batch(),
                budget,
                verdict.words().orElse(""),
                now())
            .of(plan.world());
    return isKnown(met, known(prepared)) || store.append(met);
  }

  /** Batch 1 is tried whatever happened, and would add a line each time. */
  private static boolean isKnown(CalibrationLine met, Calibration known) {
    return known.ceilingLines().stream()
        .filter(line -> met.framework().isEmpty() || met.framework().equals(line.framework()))
        .anyMatch(line -> line.covers(met));
  }

  private Calibration known(Prepared prepared) {
    ModelProfile profile = prepared.request().profile().orElseThrow();
    return Calibration.of(store.read(profile.name()), profile, prepared.devices());
  }

  /** A batch ran; if it said what it took, that is written down where it is news. */
  void ran(Attempt attempt, BatchPlan plan) {
    Prepared prepared = attempt.prepared();
    Optional<ReportedMemory> memory = memory(attempt.result());
    if (!prepared.fillsBatch() || prepared.devices().isEmpty()) {
      return;
    }
    Calibration known = known(prepared).of(plan.world());
    Optional<CalibrationLine> news =
        memory.map(told -> point(attempt, plan, peak(told))).filter(line -> isNews(line, known));
    CalibrationLine cleared = cleared(attempt, plan);
    if (news.isPresent()) {
      store.append(news.get());
    } else if (known.isRefutedBy(cleared) || (cleared.joined() && !known.joins(cleared))) {
      store.append(cleared);
    }
  }

  /** Whether the allocator was told by us to join its pieces. */
  private boolean isJoined(Attempt attempt) {
    return AllocatorSettings.joins(attempt.prepared().environment())
        && !AllocatorSettings.joins(environment);
  }

  /**
   * The first start as it is known to run: with an allocator that joins its pieces, where the batch
   * ran with that only. Empty where it begins as ever.
   */
  Optional<Prepared> asItRan(Prepared prepared) {
    if (!prepared.request().plansCards()
        || !prepared.fillsBatch()
        || prepared.devices().isEmpty()) {
      return Optional.empty();
    }
    BatchPlan plan = prepared.plan().orElseThrow();
    CalibrationLine run =
        CalibrationLine.cleared(
            key(prepared, plan), Optional.empty(), plan.batch(), plan.budget(), now());
    return known(prepared).joins(run)
        ? AllocatorSettings.expandable(prepared.environment()).map(prepared::with)
        : Optional.empty();
  }

  private CalibrationLine cleared(Attempt attempt, BatchPlan plan) {
    return CalibrationLine.cleared(
            key(attempt.prepared(), plan),
            memory(attempt.result()).flatMap(ReportedMemory::framework),
            plan.batch(),
            plan.budget(),
            now())
        .of(plan.world())
        .joined(isJoined(attempt));
  }

  /**
   * A batch was run to see what it takes.
   *
   * @throws IOException if that cannot be written down
   */
  void measured(Attempt attempt, BatchPlan plan, Peak peak) throws IOException {
    store.keep(point(attempt, plan, peak));
  }

  private CalibrationLine point(Attempt attempt, BatchPlan plan, Peak peak) {
    return CalibrationLine.point(
            key(attempt.prepared(), plan),
            memory(attempt.result()).flatMap(ReportedMemory::framework),
            plan.batch(),
            plan.budget(),
            peak,
            rate(attempt),
            now())
        .of(plan.world())
        .joined(isJoined(attempt));
  }

  static Peak peak(ReportedMemory memory) {
    return Peak.reported(memory.allocated(), memory.reserved());
  }

  /** A smaller peak of a batch is none: the run may have been a short one. */
  private static boolean isNews(CalibrationLine line, Calibration known) {
    return known.points(line.key().variant()).stream()
        .filter(other -> other.batch() == line.batch())
        .filter(other -> line.framework().isEmpty() || line.framework().equals(other.framework()))
        .noneMatch(other -> taken(line) <= (1 + NEWS) * taken(other));
  }

  private static long taken(CalibrationLine line) {
    return line.peak().map(peak -> peak.taken().bytes()).orElse(0L);
  }

  /** Items a second over the whole run; absent where nobody counted. */
  static OptionalDouble rate(Attempt attempt) {
    OptionalLong items = attempt.result().items();
    double seconds = attempt.took().toMillis() / 1000.0;
    return items.isPresent() && items.getAsLong() > 0 && seconds > 0
        ? OptionalDouble.of(Math.round(1000 * items.getAsLong() / seconds) / 1000.0)
        : OptionalDouble.empty();
  }

  /** What the command says it took. */
  static Optional<ReportedMemory> memory(ChildProcess.Result result) {
    return result.stdout().memory().or(() -> result.stderr().memory());
  }

  /** Of several devices that which has the least: it decided about the batch. */
  private static CalibrationKey key(Prepared prepared, BatchPlan plan) {
    Device device =
        prepared.devices().stream().min(Comparator.comparing(Device::budget)).orElseThrow();
    String profile = prepared.request().profile().orElseThrow().name();
    return CalibrationKey.of(profile, plan.variant(), device);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }
}
