package org.sobre.accounting.year;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What all reports of the year must say, added up as the lines are made. */
public final class YearTruth {

  /** Sums of a row. A job in two rows is one in each. */
  public static final class Row {
    public long jobs;
    public long counter;
    public long sampled;
    public long idle;
    public long observedMillis;
    public long dueMillis;
    public long gpuThousandthMillis;
    public long items;

    private void add(YearDraw draw, int hour) {
      counter = Math.addExact(counter, draw.counter[hour]);
      sampled = Math.addExact(sampled, draw.sampled[hour]);
      idle = Math.addExact(idle, draw.idle[hour]);
      observedMillis += draw.observedMillis[hour];
    }

    /** Tab-separated, in the order of the fields. */
    @Override
    public String toString() {
      return jobs
          + "\t"
          + counter
          + "\t"
          + sampled
          + "\t"
          + idle
          + "\t"
          + observedMillis
          + "\t"
          + dueMillis
          + "\t"
          + gpuThousandthMillis
          + "\t"
          + items;
    }
  }

  public static final String NO_ACCOUNT = "(no account)";

  public final SortedMap<String, Row> byLabMonth = new TreeMap<>();
  public final SortedMap<String, Row> byLabDay = new TreeMap<>();
  public final SortedMap<String, Row> byLab = new TreeMap<>();
  public final SortedMap<String, Row> byUserGpu = new TreeMap<>();
  public final SortedMap<String, Row> byNodeMonth = new TreeMap<>();
  public final SortedMap<String, Row> byProfile = new TreeMap<>();
  public final Row total = new Row();

  /** By month and {@code platform}, {@code unknown}, {@code outside UID}: microjoules. */
  public final SortedMap<String, Long> unbilled = new TreeMap<>();

  private final String[] months = new String[YearShape.hours()];
  private final String[] days = new String[YearShape.hours()];

  public YearTruth() {
    for (int hour = 0; hour < months.length; hour++) {
      ZonedDateTime at = Instant.ofEpochMilli(YearShape.millisOf(hour)).atZone(YearShape.ZONE);
      LocalDate day = at.toLocalDate();
      days[hour] = day.toString();
      months[hour] = days[hour].substring(0, "2024-01".length());
    }
  }

  String month(int hour) {
    return months[hour];
  }

  void unbilled(int hour, String what, long microjoules) {
    unbilled.merge(months[hour] + "\t" + what, microjoules, Math::addExact);
  }

  void add(YearJob job) {
    Set<String> seen = new HashSet<>();
    for (YearRun run : job.runs) {
      add(job, run, seen);
    }
  }

  private void add(YearJob job, YearRun run, Set<String> seen) {
    if (!run.isEnded() && run.draws.stream().allMatch(Optional::isEmpty)) {
      // no meter sees it and no job line is there yet: the ledger cannot know of it
      return;
    }
    String lab = job.account == null ? NO_ACCOUNT : job.account;
    for (int hour = 0; hour < run.hours; hour++) {
      int at = run.firstHour + hour;
      if (at >= YearShape.hours() || (!run.isEnded() && at >= run.node.toldHours())) {
        break;
      }
      for (Row row : rows(job, run, at, lab, seen)) {
        for (Optional<YearDraw> draw : run.draws) {
          if (draw.isPresent()) {
            row.add(draw.get(), hour);
          }
        }
        row.dueMillis += due(run) * run.held(at);
        row.gpuThousandthMillis += (long) run.gpuThousandths() * run.held(at);
        if (job.declares(run) && hour == run.hours - 1) {
          row.items += job.items;
        }
      }
    }
  }

  /** Its GPU and the node's processor, which is due where it may not be read, too. */
  private static long due(YearRun run) {
    // a run that goes on has no job line yet, which alone tells of what could not be read
    boolean processor = run.node.readable() || run.isEnded();
    return (run.gpu < 0 ? 0L : 1L) + (processor ? 1L : 0L);
  }

  private List<Row> rows(YearJob job, YearRun run, int hour, String lab, Set<String> seen) {
    String profile = job.declares(run) && job.profile != null ? job.profile : "(none declared)";
    return List.of(
        row(byLabMonth, "lm", lab + "\t" + months[hour], seen),
        row(byLabDay, "ld", lab + "\t" + days[hour], seen),
        row(byLab, "l", lab, seen),
        row(byUserGpu, "ug", job.user + "\t" + run.gpuName(), seen),
        row(byNodeMonth, "nm", run.node.name() + "\t" + months[hour], seen),
        row(byProfile, "p", profile, seen),
        total(seen));
  }

  private Row total(Set<String> seen) {
    if (seen.add("total")) {
      total.jobs++;
    }
    return total;
  }

  private static Row row(Map<String, Row> rows, String kind, String key, Set<String> seen) {
    Row row = rows.computeIfAbsent(key, any -> new Row());
    if (seen.add(kind + key)) {
      row.jobs++;
    }
    return row;
  }

  /** All of it, one line a figure, for a program in another language. */
  public Map<String, Map<String, ?>> sheets() {
    Map<String, Map<String, ?>> sheets = new HashMap<>();
    sheets.put("lab-month", byLabMonth);
    sheets.put("lab-day", byLabDay);
    sheets.put("lab", byLab);
    sheets.put("user-gpu", byUserGpu);
    sheets.put("node-month", byNodeMonth);
    sheets.put("profile", byProfile);
    sheets.put("unbilled", unbilled);
    sheets.put("total", Map.of("total", total));
    return sheets;
  }
}
