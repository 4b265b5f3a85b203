package org.sobre.truth;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Holds the ledger's lines against a node of which everything is known. For jobs that had been
 * there and gone when the ledger was closed, and meters that could be read all the time.
 */
public final class Judge {

  /** What is wrong with a line. */
  public enum Fault {
    /** Not exactly one line of a job. */
    LINES,
    /** A begin, an end or the time between them. */
    TIME,
    /** A time that was seen and is said not to be, or the other way round. */
    OBSERVED,
    /** Off the truth by more than its meter may be. */
    ENERGY,
    /** A balance that does not come to nothing, or a job line that is not the sum of its shares. */
    SUM
  }

  /**
   * @param text for a person
   */
  public record Finding(Fault fault, String text) {}

  private static final double MICRO = 1e-6;

  private final TrueNode node;
  private final Instant booted;
  private final Map<Long, List<Line>> jobs = new HashMap<>();
  private final List<Line> balances = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  private Judge(TrueNode node, Instant booted, List<String> lines) {
    this.node = node;
    this.booted = booted;
    for (String text : lines) {
      Line line = Line.parse(text);
      switch (line.text("kind")) {
        case "job" ->
            jobs.computeIfAbsent(line.object("job").number("id"), id -> new ArrayList<>())
                .add(line);
        case "balance" -> balances.add(line);
        default -> {}
      }
    }
  }

  /**
   * @param booted what the wall clock showed then
   * @param lines JSON, a line each, in any order
   * @return nothing if they are right
   */
  public static List<Finding> judge(TrueNode node, Instant booted, List<String> lines) {
    Judge judge = new Judge(node, booted, lines);
    judge.judgeJobs();
    judge.judgeBalances();
    judge.judgeSums();
    return judge.findings;
  }

  private void find(Fault fault, String format, Object... arguments) {
    findings.add(new Finding(fault, String.format(Locale.ROOT, format, arguments)));
  }

  private void judgeJobs() {
    for (TrueNode.Job job : node.jobs()) {
      List<Line> lines = jobs.getOrDefault(job.id(), List.of());
      if (lines.size() == 1) {
        judge(job, lines.get(0));
      } else {
        find(Fault.LINES, "job %d has %d lines", job.id(), lines.size());
      }
    }
    if (jobs.size() > node.jobs().size()) {
      find(Fault.LINES, "%d jobs where %d ran", jobs.size(), node.jobs().size());
    }
  }

  private void judge(TrueNode.Job job, Line line) {
    long elapsed = (job.end() - job.begin()) / 1_000_000;
    if (line.number("elapsedMs") != elapsed
        || !isAt(line.text("begin"), job.begin())
        || !isAt(line.text("end"), job.end())) {
      find(
          Fault.TIME,
          "job %d is said to last %d ms from %s to %s and lasted %d ms from %s on",
          job.id(),
          line.number("elapsedMs"),
          line.text("begin"),
          line.text("end"),
          elapsed,
          booted.plusNanos(job.begin()));
    }
    for (TrueNode.Device device : node.devices()) {
      boolean holds = job.boards().containsKey(device.name());
      if (holds || (device.part().equals("cpu-package") && job.cpus() > 0)) {
        judge(job, device, line, elapsed);
      }
    }
  }

  /** The wall clock's labels are in milliseconds. */
  private boolean isAt(String label, long nanos) {
    Duration apart = Duration.between(booted.plusNanos(nanos), Instant.parse(label));
    return apart.abs().toMillis() <= 1;
  }

  private void judge(TrueNode.Job job, TrueNode.Device device, Line line, long elapsed) {
    Line part =
        line.array("energy").stream()
            .filter(one -> isOf(device, one))
            .findFirst()
            .orElseGet(() -> new Line(Map.of()));
    if (part.number("observedMs") != elapsed || part.has("missing")) {
      find(
          Fault.OBSERVED,
          "job %d, %s: seen for %d of %d ms",
          job.id(),
          device.name(),
          part.number("observedMs"),
          elapsed);
    }
    TrueShare truth = TrueShare.of(node, device, job);
    judge("job " + job.id(), device, part, truth.joules(), truth.bound(device.told()));
    double floor = part.number("staticMicrojoules") * MICRO;
    if (!(Math.abs(floor - truth.floorJoules()) <= 0.001 * truth.floorJoules() + 1e-3)) {
      find(
          Fault.ENERGY,
          "job %d, %s: %.3f J of its floor, in truth %.3f",
          job.id(),
          device.name(),
          floor,
          truth.floorJoules());
    }
  }

  private void judge(String whose, TrueNode.Device device, Line part, double truth, double bound) {
    Map<String, Long> energy = part.energy("microjoules");
    double told = energy.getOrDefault(device.told().quality(), 0L) * MICRO;
    // a microjoule less for each second, where parts are rounded down
    double rounding = 1e-3;
    if (energy.size() != 1 || !(Math.abs(told - truth) <= bound + rounding)) {
      find(
          Fault.ENERGY,
          "%s, %s: %s uJ, which is %.3f J off the truth of %.3f J; it may be %.3f J",
          whose,
          device.name(),
          energy,
          told - truth,
          truth,
          bound);
    }
  }

  private static boolean isOf(TrueNode.Device device, Line part) {
    return part.text("part").equals(device.part()) && part.text("device").equals(device.name());
  }

  /** All that a meter saw, but for the second before its first reading. */
  private void judgeBalances() {
    for (TrueNode.Device device : node.devices()) {
      double truth = device.power().joules(0, node.nanos());
      double share = device.told().quality().equals("counter") ? 0.001 : 0.01;
      long sum = 0;
      for (Line balance : balances) {
        for (Line meter : balance.array("meters")) {
          if (isOf(device, meter)) {
            sum += meter.energy("microjoules").getOrDefault(device.told().quality(), 0L);
          }
        }
      }
      double secondsAtTheEnds = 2 * device.power().swing(0, node.nanos()) + device.power().watts(0);
      if (!(Math.abs(sum * MICRO - truth) <= share * truth + secondsAtTheEnds)) {
        find(Fault.ENERGY, "%s: %.3f J in all, in truth %.3f", device.name(), sum * MICRO, truth);
      }
    }
  }

  private void judgeSums() {
    Map<String, Long> shares = new TreeMap<>();
    for (Line balance : balances) {
      for (Line meter : balance.array("meters")) {
        judgeResidual(balance, meter);
        String of = " " + meter.text("part") + "/" + meter.text("device") + " ";
        for (Line share : meter.array("jobs")) {
          share
              .energy("microjoules")
              .forEach(
                  (quality, uj) -> shares.merge(share.text("job") + of + quality, uj, Long::sum));
        }
      }
    }
    Map<String, Long> lines = new TreeMap<>();
    for (List<Line> ofJob : jobs.values()) {
      for (Line line : ofJob) {
        String job = line.object("job").number("id") + "." + line.object("job").number("restart");
        for (Line part : line.array("energy")) {
          String of = " " + part.text("part") + "/" + part.text("device") + " ";
          part.energy("microjoules")
              .forEach((quality, uj) -> lines.merge(job + of + quality, uj, Long::sum));
        }
      }
    }
    shares.forEach(
        (what, uj) -> {
          if (!Objects.equals(uj, lines.getOrDefault(what, 0L))) {
            find(
                Fault.SUM,
                "%s: %d uJ in balances, %s in its line",
                what,
                uj,
                String.valueOf(lines.get(what)));
          }
        });
    lines.forEach(
        (what, uj) -> {
          if (uj != 0 && !shares.containsKey(what)) {
            find(Fault.SUM, "%s: %d uJ in its line, none in balances", what, uj);
          }
        });
  }

  private void judgeResidual(Line balance, Line meter) {
    Map<String, Long> rest = new TreeMap<>(meter.energy("microjoules"));
    List<Map<String, Long>> parts = new ArrayList<>();
    meter.array("jobs").forEach(share -> parts.add(share.energy("microjoules")));
    meter.array("outsideSlurm").forEach(share -> parts.add(share.energy("microjoules")));
    parts.add(meter.energy("platformMicrojoules"));
    for (Map<String, Long> part : parts) {
      part.forEach((quality, uj) -> rest.merge(quality, -uj, Long::sum));
    }
    boolean isNothing = rest.values().stream().allMatch(uj -> uj == 0);
    if (!isNothing || !meter.energy("unknownMicrojoules").isEmpty()) {
      find(
          Fault.SUM,
          "balance from %s, %s: a rest of %s uJ",
          balance.text("from"),
          meter.text("device"),
          rest);
    }
  }
}
