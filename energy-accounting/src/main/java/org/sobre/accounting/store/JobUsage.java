package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.JobLine;

/**
 * What the runs of one of Slurm's ids add to the sums of days, and each of them to its row of
 * run_block. It follows from the runs alone, so what they added before can be taken away.
 */
final class JobUsage {

  private static final String UNNAMED_UNIT = "item";

  /**
   * A return of a job.
   *
   * @param account number of its name; -1 where the job counts once for all accounts
   */
  record Return(long account, boolean measured, JobPresence.Return at) {
    static final long ALL_ACCOUNTS = -1;
  }

  private record Part(DayTable.Key key, HourSums sums) {}

  private static final long[] NO_WORK = {};

  private final Names names;
  private final Containments containments;
  private final long cluster;
  private final List<Part> parts = new ArrayList<>();
  private final List<Return> returns = new ArrayList<>();
  private final List<RunBlocks.Entry> entries = new ArrayList<>();

  private JobUsage(Names names, Containments containments, long cluster) {
    this.names = names;
    this.containments = containments;
    this.cluster = cluster;
  }

  /**
   * @param runs of one cluster and one of Slurm's ids
   */
  static JobUsage of(List<RunState> runs, Names names, Containments containments, long cluster)
      throws SQLException {
    JobUsage usage = new JobUsage(names, containments, cluster);
    for (List<RunState> job : JobIdentity.jobs(runs)) {
      usage.addJob(job);
    }
    return usage;
  }

  /**
   * Adds what they add to the sums of days.
   *
   * @param sign 1, or -1 to take it away
   */
  void addTo(DayTable days, int sign) {
    for (Part part : parts) {
      days.add(part.key(), part.sums(), sign);
    }
  }

  List<Return> returns() {
    return returns;
  }

  List<RunBlocks.Entry> entries() {
    return entries;
  }

  private void addJob(List<RunState> job) throws SQLException {
    Map<RunState, RunHours> hours = new HashMap<>();
    for (RunState run : job) {
      hours.put(run, RunHours.of(run, containments.of(run.key())));
    }
    Map<RunState, long[]> work = JobWork.of(job, hours);
    Map<Long, List<long[]>> seen = new TreeMap<>();
    Map<Long, List<long[]>> measured = new TreeMap<>();
    for (RunState run : job) {
      RunHours of = requireNonNull(hours.get(run));
      long account = names.number(run.account());
      long missing = missing(of);
      long[] told = work.getOrDefault(run, NO_WORK);
      entries.add(entry(run, of, job, account, told, missing));
      long[] hoursSeen = of.sums().hours();
      addRun(run, of, account, told, missing);
      for (long owner : new long[] {account, Return.ALL_ACCOUNTS}) {
        put(seen, owner, hoursSeen);
        put(measured, owner, of.measured());
      }
    }
    long first = names.number(job.get(0).account());
    for (Map.Entry<Long, List<long[]>> owner : seen.entrySet()) {
      count(owner.getKey(), first, owner.getValue(), false);
    }
    for (Map.Entry<Long, List<long[]>> owner : measured.entrySet()) {
      count(owner.getKey(), first, owner.getValue(), true);
    }
  }

  private static void put(Map<Long, List<long[]>> hours, long owner, long[] more) {
    if (more.length > 0) {
      hours.computeIfAbsent(owner, absent -> new ArrayList<>(1)).add(more);
    }
  }

  private void count(long owner, long firstAccount, List<long[]> hours, boolean measured) {
    JobPresence presence = JobPresence.of(hours);
    boolean all = owner == Return.ALL_ACCOUNTS;
    UsageField ofOne = measured ? UsageField.MEASURED_NEW : UsageField.JOBS_NEW;
    UsageField ofAll = measured ? UsageField.ALL_MEASURED_NEW : UsageField.ALL_JOBS_NEW;
    UsageField onOfOne = measured ? UsageField.MEASURED_ON : UsageField.JOBS_ON;
    UsageField onOfAll = measured ? UsageField.ALL_MEASURED_ON : UsageField.ALL_JOBS_ON;
    presence.addTo(
        sums(all ? firstAccount : owner, Names.NONE, Names.NONE),
        all ? ofAll : ofOne,
        all ? onOfAll : onOfOne);
    for (JobPresence.Return at : presence.returns()) {
      returns.add(new Return(owner, measured, at));
    }
  }

  private HourSums sums(long account, long unit, long missing) {
    DayTable.Key key = new DayTable.Key(cluster, account, unit, missing);
    HourSums known = find(key);
    if (known == null) {
      known = new HourSums(UsageField.WIDTH);
      parts.add(new Part(key, known));
    }
    return known;
  }

  /** Of a job there are one or two. */
  private @Nullable HourSums find(DayTable.Key key) {
    for (Part part : parts) {
      if (part.key().equals(key)) {
        return part.sums();
      }
    }
    return null;
  }

  /** The last that is done with the sums of its hours: those of its account go on from them. */
  private void addRun(RunState run, RunHours hours, long account, long[] work, long missing)
      throws SQLException {
    if (missing != Names.NONE) {
      HourSums unread = sums(Names.NONE, Names.NONE, missing);
      hours.sums().forEach((hour, fields) -> unread.add(hour, UsageField.RUNS.at(), 1));
    }
    DayTable.Key key = new DayTable.Key(cluster, account, Names.NONE, Names.NONE);
    HourSums known = find(key);
    if (known == null) {
      parts.add(new Part(key, hours.sums()));
    } else {
      known.add(hours.sums(), 1);
    }
    if (work.length > 0) {
      sums(account, unit(run), Names.NONE).add(hours.endHour(), work);
    }
  }

  private long missing(RunHours hours) throws SQLException {
    Set<String> missing = hours.missing();
    return missing.isEmpty() ? Names.NONE : names.number(String.join("\n", missing));
  }

  /** Also of a run that told tokens only: its row of sums has no items, but a key of its own. */
  private long unit(RunState run) throws SQLException {
    return names.number(JobWork.declared(run).flatMap(JobLine.Declared::unit).orElse(UNNAMED_UNIT));
  }

  private RunBlocks.Entry entry(
      RunState run, RunHours hours, List<RunState> job, long account, long[] work, long missing)
      throws SQLException {
    long[] fields = hours.sums().total();
    for (int i = 0; i < work.length; i++) {
      fields[i] += work[i];
    }
    Optional<RunEnd> end = run.end();
    return new RunBlocks.Entry(
        run.id(),
        job.get(0).id(),
        job.size() == 1,
        end.isPresent(),
        hours.measured().length > 0,
        hours.sums().first(),
        hours.sums().last(),
        hours.endHour(),
        new RunBlocks.Owner(
            cluster,
            names.number(run.key().node()),
            account,
            run.uid(),
            names.number(end.map(RunEnd::user)),
            names.number(end.flatMap(RunEnd::gpuTypes)),
            names.number(end.flatMap(RunEnd::declared).flatMap(JobLine.Declared::profile)),
            work.length > 0 ? unit(run) : Names.NONE,
            missing),
        fields);
  }
}
