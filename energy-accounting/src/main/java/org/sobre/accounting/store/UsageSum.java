package org.sobre.accounting.store;

import java.math.BigInteger;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What runs used in some hours, added up. Energy is exact and without bound. */
public final class UsageSum {

  /** Half of what a long holds: two sums below it do not overflow. */
  private static final int HALF_BITS = 62;

  private static final long HALF = 1L << HALF_BITS;
  private static final BigInteger BILLION = BigInteger.valueOf(1_000_000_000);

  /**
   * What was declared in one unit, and the energy and time of the runs that declared it.
   *
   * @param items or tokens
   * @param millis of the runs' first nodes
   */
  public record Work(long items, BigInteger microjoules, long millis) {}

  private final long[] halves = new long[UsageField.WIDTH];
  private final long[] rests = new long[UsageField.WIDTH];
  private final TreeMap<String, UsageSum> byUnit = new TreeMap<>();
  private final Set<String> missing = new TreeSet<>();
  private final Map<Long, Boolean> sharedJobs = new HashMap<>();
  private String lastMissing = "";
  private long jobs;
  private long measuredJobs;

  UsageSum() {}

  /** Of no run at all. */
  public static UsageSum none() {
    return new UsageSum();
  }

  /** Adds the fields of hours or of a run, but for what was declared. */
  void add(long[] fields) {
    for (int i = 0; i < fields.length; i++) {
      rests[i] += fields[i];
      if (rests[i] >= HALF) {
        rests[i] -= HALF;
        halves[i]++;
      }
    }
  }

  /** Both together; a job that is in both by several of its runs is one. */
  public UsageSum plus(UsageSum other) {
    UsageSum sum = new UsageSum();
    for (UsageSum part : List.of(this, other)) {
      sum.addAll(part);
    }
    return sum;
  }

  /** As {@link #plus}, to this one. */
  void addAll(UsageSum part) {
    add(part.rests);
    for (int i = 0; i < halves.length; i++) {
      halves[i] += part.halves[i];
    }
    part.byUnit.forEach(
        (unit, work) -> byUnit.computeIfAbsent(unit, absent -> new UsageSum()).addAll(work));
    missing.addAll(part.missing);
    part.sharedJobs.forEach((job, measured) -> addJob(job, measured));
    addJobs(part.jobs, part.measuredJobs);
  }

  /** Adds what was declared in a unit. */
  void add(String unit, long[] fields) {
    add(fields);
    if (fields[UsageField.TOLD_ITEMS.at()] > 0) {
      byUnit.computeIfAbsent(unit, absent -> new UsageSum()).add(fields);
    }
  }

  void addMissing(String lines) {
    // of many runs on end it is the same
    if (!lines.equals(lastMissing)) {
      lastMissing = lines;
      lines.lines().forEach(missing::add);
    }
  }

  void addJobs(long more, long measured) {
    jobs += more;
    measuredJobs += measured;
  }

  /** Counts a run of a job that has others, which may be in this sum too. */
  void addJob(long job, boolean measured) {
    sharedJobs.merge(job, measured, Boolean::logicalOr);
  }

  private BigInteger amount(UsageField field) {
    return BigInteger.valueOf(halves[field.at()])
        .shiftLeft(HALF_BITS)
        .add(BigInteger.valueOf(rests[field.at()]));
  }

  private long number(UsageField field) {
    return amount(field).longValueExact();
  }

  /** Microjoules of the machines, by quality. */
  public QualitySums energy() {
    return new QualitySums(
        amount(UsageField.COUNTER), amount(UsageField.SAMPLED), amount(UsageField.MODELLED));
  }

  /** Microjoules of devices that were held and did nothing, as far as known. */
  public BigInteger idleMicrojoules() {
    return amount(UsageField.IDLE);
  }

  /** Billionths of a GPU times milliseconds held. */
  public BigInteger gpuBillionthMillis() {
    return amount(UsageField.GPU_MS).multiply(BILLION).add(amount(UsageField.GPU_BILLIONTHS));
  }

  /** Device-time that should have been observed. */
  public long dueMillis() {
    return number(UsageField.DUE);
  }

  /** Device-time that was observed, at most what was due of each meter of a run. */
  public long observedMillis() {
    return number(UsageField.OBSERVED);
  }

  /** Jobs that are seen; one of several runs is one. */
  public long jobs() {
    return jobs + sharedJobs.size();
  }

  /** Those of which any meter was read for any time. */
  public long measuredJobs() {
    return measuredJobs + sharedJobs.values().stream().filter(known -> known).count();
  }

  /** Whether any run is seen. */
  boolean isSeen() {
    return rests[UsageField.RUNS.at()] > 0;
  }

  /** Parts that could not be read all the time, with the reason. */
  public Set<String> missing() {
    return Collections.unmodifiableSet(missing);
  }

  /** What was declared by runs that ended in these hours, by unit. */
  public Map<String, Work> work() {
    Map<String, Work> work = new TreeMap<>();
    byUnit.forEach(
        (unit, sum) ->
            work.put(
                unit,
                new Work(
                    sum.number(UsageField.ITEMS),
                    sum.amount(UsageField.ITEM_MICROJOULES),
                    sum.number(UsageField.ITEM_MS))));
    return work;
  }

  /** Tokens in and out together; absent if none was declared. */
  public Optional<Work> tokens() {
    boolean told = tokensIn().isPresent() || tokensOut().isPresent();
    return told
        ? Optional.of(
            new Work(
                Math.addExact(number(UsageField.TOKENS_IN), number(UsageField.TOKENS_OUT)),
                amount(UsageField.TOKEN_MICROJOULES),
                number(UsageField.TOKEN_MS)))
        : Optional.empty();
  }

  /** Absent if none was declared. */
  public OptionalLong tokensIn() {
    return told(UsageField.TOKENS_IN, UsageField.TOLD_TOKENS_IN);
  }

  /** As {@link #tokensIn}. */
  public OptionalLong tokensOut() {
    return told(UsageField.TOKENS_OUT, UsageField.TOLD_TOKENS_OUT);
  }

  private OptionalLong told(UsageField field, UsageField times) {
    return rests[times.at()] > 0 ? OptionalLong.of(number(field)) : OptionalLong.empty();
  }
}
