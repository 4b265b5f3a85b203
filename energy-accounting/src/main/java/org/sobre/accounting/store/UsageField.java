package org.sobre.accounting.store;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What an hour of runs adds up to: the fields of usage_day and run_block, in their order. */
enum UsageField {
  /** Microjoules, as the next two. */
  COUNTER(0),
  SAMPLED(1),
  MODELLED(2),
  /** Microjoules of held devices that did nothing. */
  IDLE(3),
  /** Device-milliseconds that were seen, and that should have been. */
  OBSERVED(4),
  DUE(5),
  /** Milliseconds times the part of a GPU that was held: whole ones, and billionths. */
  GPU_MS(6),
  GPU_BILLIONTHS(7),
  /** Declared, in the hour in which its run ended, as all of {@link #DECLARED}. */
  ITEMS(8),
  ITEM_MICROJOULES(9),
  ITEM_MS(10),
  TOKENS_IN(11),
  TOKENS_OUT(12),
  /** How many runs told items, and tokens. */
  TOLD_ITEMS(13),
  TOLD_TOKENS_IN(14),
  TOLD_TOKENS_OUT(15),
  /** Runs that are seen in the hour. */
  RUNS(16),
  /** Jobs of the account that are seen for the first time, and that were in the hour before. */
  JOBS_NEW(17),
  JOBS_ON(18),
  /** The same of jobs whose meters were read. */
  MEASURED_NEW(19),
  MEASURED_ON(20),
  /** The same four, of jobs that another account may share. */
  ALL_JOBS_NEW(21),
  ALL_JOBS_ON(22),
  ALL_MEASURED_NEW(23),
  ALL_MEASURED_ON(24),
  /** Energy and time of the runs that told tokens, in the hour in which they ended. */
  TOKEN_MICROJOULES(25),
  TOKEN_MS(26);

  static final int WIDTH = values().length;

  /** What a run told of its work, and the energy and time that it took. */
  static final Set<UsageField> DECLARED =
      Collections.unmodifiableSet(
          EnumSet.of(
              ITEMS,
              ITEM_MICROJOULES,
              ITEM_MS,
              TOKENS_IN,
              TOKENS_OUT,
              TOLD_ITEMS,
              TOLD_TOKENS_IN,
              TOLD_TOKENS_OUT,
              TOKEN_MICROJOULES,
              TOKEN_MS));

  private static final long BILLION = 1_000_000_000;

  private final int at;

  UsageField(int at) {
    this.at = at;
  }

  /** Its place among the fields; what is stored depends on it. */
  int at() {
    return at;
  }

  /** Adds milliseconds of a part of GPUs. */
  static void addGpu(long[] fields, long billionths, long millis) {
    long whole = Math.multiplyExact(billionths / BILLION, millis);
    long rest = Math.multiplyExact(billionths % BILLION, millis);
    fields[GPU_MS.at()] = Math.addExact(fields[GPU_MS.at()], whole + rest / BILLION);
    fields[GPU_BILLIONTHS.at()] += rest % BILLION;
  }

  static boolean isMeasured(long[] fields) {
    return fields[OBSERVED.at()] > 0
        || fields[COUNTER.at()] > 0
        || fields[SAMPLED.at()] > 0
        || fields[MODELLED.at()] > 0;
  }
}
