package org.sobre.cli.job;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.accounting.store.RunDetails;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.gres.FeatureLadder;

/**
 * The one thing about a job that is most worth knowing to who will submit the next one. Pure.
 *
 * @param kind which, for scripts
 * @param values what its sentence names
 */
record JobHint(Kind kind, List<Object> values) {

  /** In the order in which they count. */
  enum Kind {
    /** No meter told anything of it: why. */
    NOT_MEASURED("not-measured"),
    /** Less than nine tenths of the time was seen: the percentage seen, and why. */
    COVERAGE("coverage"),
    /** GPUs that did nothing all the time: how many were held, and how many used. */
    UNUSED_GPUS("unused-gpus"),
    /** GPUs that did nothing for more than half of the time: the percentage. */
    IDLE("idle"),
    /** Less than half of the video memory was used: at most, of, and what would have done, GB. */
    SMALLER_GPU("smaller-gpu");

    private final String jsonName;

    Kind(String jsonName) {
      this.jsonName = jsonName;
    }

    String jsonName() {
      return jsonName;
    }
  }

  private static final double ENOUGH_COVERAGE = 0.9;
  private static final double MUCH_IDLE = 0.5;

  /** Of an idle card's energy: its load is read once a second, and begins in mid-second. */
  private static final double ALL_IDLE = 0.99;

  /** A shorter job tells nothing of the next one. */
  private static final long SHORTEST_MILLIS = 60_000;

  /** What a framework may need beyond what it needed this time. */
  private static final double ROOM = 1.1;

  /** Of what is computed in binary: 0.65 is not 64 %. */
  private static final double ROUNDING = 1e-9;

  static final String NOT_OBSERVED = "not-observed";

  JobHint {
    requireNonNull(kind, "kind");
    values = List.copyOf(values);
  }

  /** Empty where there is nothing to say. */
  static Optional<JobHint> of(List<RunDetails> runs) {
    if (runs.stream().allMatch(JobHint::hasJustBegun)) {
      return Optional.empty();
    }
    JobSums sums = JobSums.of(runs);
    if (sums.microjoules().isEmpty()) {
      return Optional.of(new JobHint(Kind.NOT_MEASURED, List.of(whyUnseen(runs))));
    }
    if (sums.coverage().orElse(1) < ENOUGH_COVERAGE) {
      return Optional.of(
          new JobHint(
              Kind.COVERAGE, List.of(percent(sums.coverage().getAsDouble()), whyUnseen(runs))));
    }
    if (runs.stream().allMatch(run -> run.elapsedMillis() < SHORTEST_MILLIS)) {
      return Optional.empty();
    }
    if (sums.idleShare().orElse(0) >= MUCH_IDLE) {
      return Optional.of(idle(runs, sums));
    }
    return smaller(runs);
  }

  /** Its meters are some seconds behind, which are much of the little that there is. */
  private static boolean hasJustBegun(RunDetails run) {
    return run.end().isEmpty() && run.elapsedMillis() < SHORTEST_MILLIS;
  }

  private static JobHint idle(List<RunDetails> runs, JobSums sums) {
    List<PartEnergy> gpus =
        runs.stream()
            .flatMap(run -> run.parts().stream())
            .filter(part -> part.meter().part() == Part.GPU && !part.energy().isZero())
            .toList();
    long used = gpus.stream().filter(part -> !isUnused(part)).count();
    return used > 0 && used < gpus.size()
        ? new JobHint(Kind.UNUSED_GPUS, List.of(gpus.size(), used))
        : new JobHint(Kind.IDLE, List.of(percent(sums.idleShare().orElse(0))));
  }

  private static boolean isUnused(PartEnergy part) {
    return part.idle().isPresent()
        && part.idle().get().microjoules() >= ALL_IDLE * part.energy().total().microjoules();
  }

  private static Optional<JobHint> smaller(List<RunDetails> runs) {
    OptionalLong peak =
        runs.stream()
            .flatMap(run -> run.use().stream())
            .flatMapToLong(use -> use.vramPeakMebibytes().stream())
            .max();
    List<HeldGpu> gpus = runs.stream().flatMap(run -> run.gpus().stream()).toList();
    OptionalLong smallest =
        gpus.stream().flatMapToLong(gpu -> gpu.memoryTotalMebibytes().stream()).min();
    if (peak.isEmpty()
        || smallest.isEmpty()
        || gpus.stream().anyMatch(gpu -> gpu.memoryTotalMebibytes().isEmpty())
        || peak.getAsLong() * 2 >= smallest.getAsLong()) {
      return Optional.empty();
    }
    MemorySize card = MemorySize.ofMebibytes(smallest.getAsLong());
    double needed = MemorySize.ofMebibytes(peak.getAsLong()).gigabytes() * ROOM;
    return FeatureLadder.GIGABYTES.stream()
        .filter(rung -> rung >= needed && rung < card.gigabytes())
        .findFirst()
        .map(
            rung ->
                new JobHint(
                    Kind.SMALLER_GPU,
                    List.of(
                        MemorySize.ofMebibytes(peak.getAsLong()).gigabytes(),
                        card.gigabytes(),
                        rung)));
  }

  /** The reason that most meters have. */
  private static String whyUnseen(List<RunDetails> runs) {
    Map<String, Long> reasons =
        runs.stream()
            .flatMap(run -> run.parts().stream())
            .flatMap(part -> part.missing().stream())
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    return Stream.concat(
            reasons.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
                .map(Map.Entry::getKey),
            Stream.of(NOT_OBSERVED))
        .findFirst()
        .orElse(NOT_OBSERVED);
  }

  private static int percent(double share) {
    return (int) Math.floor(share * 100 + ROUNDING);
  }
}
