package org.sobre.accounting.year;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job: its runs on one node or two, and its starts. What it declares comes from its first node.
 */
final class YearJob {

  final long id;
  final int uid;
  final String user;
  final @Nullable String account;
  final @Nullable String profile;
  final long items;
  final List<YearRun> runs = new ArrayList<>();

  YearJob(
      long id,
      int uid,
      String user,
      @Nullable String account,
      @Nullable String profile,
      long items) {
    this.id = id;
    this.uid = uid;
    this.user = user;
    this.account = account;
    this.profile = profile;
    this.items = items;
  }

  /** Whether a run's line tells what the job did. */
  boolean declares(YearRun run) {
    return profile != null && run == runs.get(0) && run.isEnded();
  }
}
