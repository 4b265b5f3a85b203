package org.sobre.cli.job;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sobre.accounting.store.RunDetails;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.message.Messages;

/** A job for eyes, in 80 columns. */
public final class JobText {

  private static final Messages MESSAGES = Messages.of(JobText.class);
  private static final long MILLIWATTS_PER_WATT = 1_000;

  private final ZoneId zone;
  private final boolean blocks;

  /**
   * @param zone of the times
   * @param blocks whether block elements can be shown
   */
  public JobText(ZoneId zone, boolean blocks) {
    this.zone = requireNonNull(zone, "zone");
    this.blocks = blocks;
  }

  /**
   * @param runs of one job, at least one
   */
  public String of(List<RunDetails> runs) {
    StringBuilder text = new StringBuilder();
    JobSums sums = JobSums.of(runs);
    EnergyUnit unit = EnergyUnit.of(sums.microjoules().orElse(0));
    for (RunDetails run : runs) {
      run(text, run, unit);
    }
    if (runs.size() > 1) {
      text.append(
              MESSAGES.text(
                  "total",
                  runs.size(),
                  JobCells.energy(sums.microjoules(), unit),
                  JobCells.percent(sums.coverage())))
          .append('\n');
    }
    hint(runs).ifPresent(hint -> text.append(MESSAGES.text("hint", hint)).append('\n'));
    return text.toString();
  }

  /**
   * The hint's sentence; none where there is nothing to say.
   *
   * @param runs of one job, at least one
   */
  public static Optional<String> hint(List<RunDetails> runs) {
    return sentence(JobHint.of(runs));
  }

  /**
   * As {@link #hint}, of a job whose batch a profile has sized: which card is too small for it is
   * the profile's to say.
   */
  public static Optional<String> hintBesidePlan(List<RunDetails> runs) {
    return sentence(JobHint.of(runs).filter(hint -> hint.kind() != JobHint.Kind.SMALLER_GPU));
  }

  private static Optional<String> sentence(Optional<JobHint> of) {
    return of.map(
        hint ->
            MESSAGES.text(
                "hint." + hint.kind().jsonName(),
                hint.values().stream()
                    .map(
                        value ->
                            value instanceof Double number
                                ? JobCells.decimal(number)
                                : JobCells.word(value.toString()))
                    .toArray()));
  }

  private void run(StringBuilder text, RunDetails run, EnergyUnit unit) {
    text.append(
            MESSAGES.text(
                run.end().isPresent() ? "head.ended" : "head.running",
                JobCells.job(run.job()),
                JobCells.word(run.node()),
                JobCells.word(run.user().orElse("?")),
                JobCells.word(run.account().orElse(JobCells.UNKNOWN))))
        .append('\n')
        .append(
            MESSAGES.text(
                run.end().isPresent() ? "time.ended" : "time.running",
                time(run.begin()),
                run.end().map(this::time).orElse(""),
                JobCells.duration(run.elapsedMillis()),
                gpus(run.gpus())))
        .append("\n\n");
    text.append(
        row(
            MESSAGES.text("column.part"),
            MESSAGES.text("column.energy"),
            MESSAGES.text("column.quality"),
            MESSAGES.text("column.idle"),
            MESSAGES.text("column.seen")));
    run.parts().forEach(part -> text.append(row(run, part, unit)));
    JobSums sums = JobSums.of(List.of(run));
    text.append(
            row(
                MESSAGES.text(run.end().isPresent() ? "row.sum" : "row.sum.running"),
                JobCells.energy(sums.microjoules(), unit),
                "",
                "",
                JobCells.percent(sums.coverage())))
        .append('\n');
    run.use().ifPresent(use -> use(text, use, run.gpus()));
    run.power().ifPresent(power -> power(text, power));
    if (run.use().isPresent() || run.power().isPresent()) {
      text.append('\n');
    }
  }

  private static String row(RunDetails run, PartEnergy part, EnergyUnit unit) {
    long microjoules = part.energy().total().microjoules();
    OptionalDouble idle =
        part.idle().isPresent() && microjoules > 0
            ? OptionalDouble.of((double) part.idle().get().microjoules() / microjoules)
            : OptionalDouble.empty();
    OptionalDouble seen =
        run.elapsedMillis() > 0
            ? OptionalDouble.of(Math.min(1, (double) part.observedMillis() / run.elapsedMillis()))
            : OptionalDouble.empty();
    String name =
        part.meter().part().jsonName()
            + " "
            + JobCells.word(JobCells.shortId(part.meter().device()));
    return part.energy().isZero() && (part.missing().isPresent() || !JobSums.isSeen(part))
        ? row(
            name,
            JobCells.UNKNOWN,
            JobCells.word(part.missing().orElse(JobHint.NOT_OBSERVED)),
            "",
            JobCells.percent(seen))
        : row(
                name,
                unit.text(microjoules),
                qualities(part),
                JobCells.percent(idle),
                JobCells.percent(seen))
            .replace("\n", part.missing().map(why -> "  " + JobCells.word(why)).orElse("") + "\n");
  }

  private static String row(String part, String energy, String quality, String idle, String seen) {
    return String.format(
                Locale.ROOT, "%-18s %11s  %-15s %6s %6s", part, energy, quality, idle, seen)
            .stripTrailing()
        + "\n";
  }

  /** Best first. */
  private static String qualities(PartEnergy part) {
    return part.energy().amounts().keySet().stream()
        .sorted()
        .map(Quality::jsonName)
        .collect(Collectors.joining("+"));
  }

  private static void use(StringBuilder text, GpuUse use, List<HeldGpu> gpus) {
    if (use.busyPercentMean().isPresent() && use.busyPercentPeak().isPresent()) {
      text.append(
              MESSAGES.text(
                  "use.load", use.busyPercentMean().getAsLong(), use.busyPercentPeak().getAsLong()))
          .append('\n');
    }
    if (use.busyMillis().isPresent() && use.heldIdleMillis().isPresent()) {
      long known = use.busyMillis().getAsLong() + use.heldIdleMillis().getAsLong();
      text.append(
              MESSAGES.text(
                  "use.idle",
                  JobCells.duration(use.heldIdleMillis().getAsLong()),
                  JobCells.percent(
                      known == 0
                          ? OptionalDouble.empty()
                          : OptionalDouble.of((double) use.heldIdleMillis().getAsLong() / known))))
          .append('\n');
    }
    if (use.vramPeakMebibytes().isPresent()) {
      OptionalLong total =
          gpus.stream().flatMapToLong(gpu -> gpu.memoryTotalMebibytes().stream()).min();
      text.append(
              MESSAGES.text(
                  "use.vram",
                  JobCells.gigabytes(use.vramMeanMebibytes()),
                  JobCells.gigabytes(use.vramPeakMebibytes()),
                  JobCells.gigabytes(total)))
          .append('\n');
    }
  }

  private void power(StringBuilder text, PowerProfile power) {
    text.append(
            MESSAGES.text(
                "use.power",
                Sparkline.most(power) / MILLIWATTS_PER_WATT,
                JobCells.duration(power.stepMillis())))
        .append('\n')
        .append("  ")
        .append(Sparkline.of(power, blocks).stripTrailing())
        .append('\n');
  }

  private String time(Instant at) {
    return DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).format(at.atZone(zone));
  }

  /** {@code 2 x nvidia_geforce_rtx_4090}. */
  private static String gpus(List<HeldGpu> gpus) {
    Map<String, Long> byType =
        gpus.stream()
            .collect(Collectors.groupingBy(HeldGpu::type, TreeMap::new, Collectors.counting()));
    return byType.isEmpty()
        ? MESSAGES.text("gpus.none")
        : byType.entrySet().stream()
            .map(type -> type.getValue() + " x " + JobCells.word(type.getKey()))
            .collect(Collectors.joining(", "));
  }
}
