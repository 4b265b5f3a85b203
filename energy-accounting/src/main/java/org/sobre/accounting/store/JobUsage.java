package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
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

  private static final long[] NO_WORK = {};

  private final Names names;
  private final Containments containments;
  private final long cluster;
  private final Map<DayTable.Key, HourSums> days = new HashMap<>();
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

  Map<DayTable.Key, HourSums> days() {
    return days;
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
    Map<RunState, long[]> work = work(job, hours);
    Map<Long, List<long[]>> seen = new TreeMap<>();
    Map<Long, List<long[]>> measured = new TreeMap<>();
    for (RunState run : job) {
      RunHours of = requireNonNull(hours.get(run));
      long account = names.number(run.account());
      long missing = missing(of);
      addRun(run, of, account, work.getOrDefault(run, NO_WORK), missing);
      long[] hoursSeen = of.sums().hours();
      for (long owner : List.of(account, Return.ALL_ACCOUNTS)) {
        put(seen, owner, hoursSeen);
        put(measured, owner, of.measured());
      }
      entries.add(entry(run, of, job, account, work.getOrDefault(run, NO_WORK), missing));
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
    return days.computeIfAbsent(
        new DayTable.Key(cluster, account, unit, missing),
        absent -> new HourSums(UsageField.WIDTH));
  }

  private void addRun(RunState run, RunHours hours, long account, long[] work, long missing)
      throws SQLException {
    sums(account, Names.NONE, Names.NONE).add(hours.sums(), 1);
    if (work.length > 0) {
      sums(account, unit(run), Names.NONE).add(hours.endHour(), work);
    }
    if (missing != Names.NONE) {
      HourSums unread = sums(Names.NONE, Names.NONE, missing);
      hours.sums().forEach((hour, fields) -> unread.add(hour, UsageField.RUNS.at(), 1));
    }
  }

  private long missing(RunHours hours) throws SQLException {
    Set<String> missing = hours.missing();
    return missing.isEmpty() ? Names.NONE : names.number(String.join("\n", missing));
  }

  /** Also of a run that told tokens only: its row of sums has no items, but a key of its own. */
  private long unit(RunState run) throws SQLException {
    return names.number(declared(run).flatMap(JobLine.Declared::unit).orElse(UNNAMED_UNIT));
  }

  private static Optional<JobLine.Declared> declared(RunState run) {
    return run.end().flatMap(RunEnd::work);
  }

  /**
   * What a job declared that it did, once a start of it: of several nodes the first one's word
   * counts. With it the energy and time it took, over all nodes and the whole run, so that a rate
   * does not depend on where a month was cut.
   */
  private static Map<RunState, long[]> work(List<RunState> job, Map<RunState, RunHours> hours) {
    Map<RunState, long[]> work = new HashMap<>();
    for (List<RunState> start : JobStarts.of(job)) {
      Optional<RunState> first =
          start.stream().filter(run -> declared(run).isPresent()).findFirst();
      if (first.isPresent()) {
        long microjoules = 0;
        for (RunState run : start) {
          microjoules = Math.addExact(microjoules, microjoules(requireNonNull(hours.get(run))));
        }
        work.put(first.get(), work(first.get(), declared(first.get()).orElseThrow(), microjoules));
      }
    }
    return work;
  }

  private static long microjoules(RunHours hours) {
    long[] total = hours.sums().total();
    return total[UsageField.COUNTER.at()]
        + total[UsageField.SAMPLED.at()]
        + total[UsageField.MODELLED.at()];
  }

  private static long[] work(RunState run, JobLine.Declared declared, long microjoules) {
    long[] fields = new long[UsageField.WIDTH];
    if (declared.items().isPresent()) {
      fields[UsageField.ITEMS.at()] = declared.items().getAsLong();
      fields[UsageField.ITEM_MICROJOULES.at()] = microjoules;
      fields[UsageField.ITEM_MS.at()] = run.end().map(RunEnd::elapsedMillis).orElse(0L);
      fields[UsageField.TOLD_ITEMS.at()] = 1;
    }
    if (declared.tokensIn().isPresent() || declared.tokensOut().isPresent()) {
      fields[UsageField.TOKEN_MICROJOULES.at()] = microjoules;
      fields[UsageField.TOKEN_MS.at()] = run.end().map(RunEnd::elapsedMillis).orElse(0L);
    }
    put(fields, UsageField.TOKENS_IN, UsageField.TOLD_TOKENS_IN, declared.tokensIn());
    put(fields, UsageField.TOKENS_OUT, UsageField.TOLD_TOKENS_OUT, declared.tokensOut());
    return fields;
  }

  private static void put(long[] fields, UsageField field, UsageField told, OptionalLong value) {
    if (value.isPresent()) {
      fields[field.at()] = value.getAsLong();
      fields[told.at()] = 1;
    }
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
