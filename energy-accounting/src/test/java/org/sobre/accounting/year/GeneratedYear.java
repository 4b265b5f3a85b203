package org.sobre.accounting.year;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes the ledger of a year, node by node, and keeps the truth of it. */
public final class GeneratedYear {

  private static final double HELD = 0.95;

  public final YearTruth truth = new YearTruth();
  private final YearShape shape;
  private final Path ledger;
  private final Consumer<YearJob> jobsToo;
  private long nextId = 1;
  private long lines;
  private long jobs;

  private GeneratedYear(YearShape shape, Path ledger, Consumer<YearJob> jobsToo) {
    this.shape = shape;
    this.ledger = ledger;
    this.jobsToo = jobsToo;
  }

  /** Into a directory that is not there, or empty. */
  public static GeneratedYear write(YearShape shape, Path ledger) throws IOException {
    return write(shape, ledger, job -> {});
  }

  private static GeneratedYear write(YearShape shape, Path ledger, Consumer<YearJob> jobsToo)
      throws IOException {
    GeneratedYear year = new GeneratedYear(shape, ledger, jobsToo);
    long cycle = year.meanCycleMillis();
    for (int number = 0; number < shape.nodes(); number += 2) {
      year.pair(number, cycle);
    }
    return year;
  }

  public long lines() {
    return lines;
  }

  public long jobs() {
    return jobs;
  }

  /** With which all slots together have as many jobs as are asked for. */
  private long meanCycleMillis() {
    long slotMillis = 0;
    for (int number = 0; number < shape.nodes(); number++) {
      YearNode node = node(number);
      for (YearNode.Up up : node.ups()) {
        slotMillis += (up.to() - up.from()) * YearShape.HOUR_MILLIS * node.slots();
      }
    }
    return (long) (HELD * slotMillis / shape.jobs());
  }

  private YearNode node(int number) {
    return YearNode.of(number, new SplittableRandom(shape.seed() * 1_000_003 + number));
  }

  private void pair(int number, long cycle) throws IOException {
    SplittableRandom random = new SplittableRandom(shape.seed() * 7_919 + number);
    YearNode a = node(number);
    YearNode b = node(number + 1);
    List<YearJob> of = new YearJobs(shape, nextId, cycle, random).of(a, b);
    nextId += of.size();
    jobs += of.size();
    for (YearNode node : List.of(a, b)) {
      write(node, of, new YearLines(truth, random));
    }
    of.forEach(truth::add);
    of.forEach(jobsToo);
  }

  private void write(YearNode node, List<YearJob> of, YearLines texts) throws IOException {
    List<List<YearRun>> byHour = new ArrayList<>();
    for (int hour = 0; hour < YearShape.hours(); hour++) {
      byHour.add(new ArrayList<>(2));
    }
    for (YearJob job : of) {
      for (YearRun run : job.runs) {
        for (int hour = 0; run.isOn(node) && hour < run.hours; hour++) {
          if (run.firstHour + hour < byHour.size()) {
            byHour.get(run.firstHour + hour).add(run);
          }
        }
      }
    }
    YearNode.Up previous = null;
    long previousSeq = 0;
    for (YearNode.Up up : node.ups()) {
      try (YearFiles files = new YearFiles(ledger, node.name(), up.boot())) {
        write(node, up, previous, previousSeq, byHour, files, texts);
        previousSeq = files.lastSeq();
        lines += previousSeq;
      }
      previous = up;
    }
  }

  private static void write(
      YearNode node,
      YearNode.Up up,
      YearNode.@Nullable Up previous,
      long previousSeq,
      List<List<YearRun>> byHour,
      YearFiles files,
      YearLines texts) {
    long at = YearShape.millisOf(up.from());
    files.line("boot", at, YearLines.boot(at, previous, previousSeq));
    for (int hour = up.from(); hour < up.to(); hour++) {
      int of = hour;
      List<YearRun> runs = byHour.get(hour);
      List<YearRun> ended =
          runs.stream()
              .filter(run -> run.isEnded() && of == run.firstHour + run.hours - 1)
              .toList();
      // every other job line comes after the balance of its last hour, but in a file of its month
      boolean late = hour % 2 == 0;
      if (!late) {
        ended.forEach(run -> files.line("job", run.end, YearJobLine.of(run)));
      }
      if (hour < node.toldHours()) {
        long to = YearShape.millisOf(hour + 1);
        files.line("balance", to, texts.balance(node, hour, runs));
      }
      if (late) {
        ended.forEach(run -> files.line("job", run.end, YearJobLine.of(run)));
      }
    }
  }

  /**
   * {@code DIRECTORY SEED NODES LABS USERS JOBS}: writes {@code ledger/}, {@code truth/} and, as
   * Slurm would have the jobs, {@code truth/slurm.tsv}.
   */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[0]);
    YearShape shape =
        new YearShape(
            Long.parseLong(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            Integer.parseInt(arguments[4]),
            Integer.parseInt(arguments[5]));
    Path truth = Files.createDirectories(directory.resolve("truth"));
    GeneratedYear year;
    try (PrintStream slurm = out(truth.resolve("slurm.tsv"))) {
      year = write(shape, directory.resolve("ledger"), new YearSlurm(slurm)::add);
    }
    for (Map.Entry<String, Map<String, ?>> sheet : year.truth.sheets().entrySet()) {
      try (PrintStream out = out(truth.resolve(sheet.getKey() + ".tsv"))) {
        sheet.getValue().forEach((key, row) -> out.println(key + "\t" + row));
      }
    }
    System.out.println(year.lines() + " lines, " + year.jobs() + " jobs");
  }

  private static PrintStream out(Path file) throws IOException {
    return new PrintStream(
        new BufferedOutputStream(Files.newOutputStream(file)), false, StandardCharsets.UTF_8);
  }
}
