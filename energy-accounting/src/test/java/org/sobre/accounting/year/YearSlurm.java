package org.sobre.accounting.year;

import java.io.PrintStream;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The year's jobs as Slurm's own accounting has them: a row for each start of a job, on all of its
 * nodes, with tabs between. Its id, the restart, user, uid, account (empty if none), begin and end
 * in seconds since 1970 (0 while it runs), GPUs, how many nodes and which ones.
 */
final class YearSlurm {

  private static final long MILLIS = 1_000;

  private final PrintStream out;

  YearSlurm(PrintStream out) {
    this.out = out;
  }

  void add(YearJob job) {
    Map<Integer, Start> starts = new TreeMap<>();
    for (YearRun run : job.runs) {
      starts.computeIfAbsent(run.restart, restart -> new Start()).add(run);
    }
    starts.forEach((restart, start) -> out.println(start.row(job, restart)));
  }

  private static final class Start {
    private final Set<String> nodes = new LinkedHashSet<>();
    private long begin = Long.MAX_VALUE;
    private long end;
    private boolean ended = true;
    private int gpus;

    void add(YearRun run) {
      nodes.add(run.node.name());
      begin = Math.min(begin, run.begin);
      end = Math.max(end, run.end);
      ended &= run.isEnded();
      gpus += run.gpu < 0 ? 0 : 1;
    }

    String row(YearJob job, int restart) {
      return String.join(
          "\t",
          String.valueOf(job.id),
          String.valueOf(restart),
          job.user,
          String.valueOf(job.uid),
          job.account == null ? "" : job.account,
          String.valueOf(begin / MILLIS),
          String.valueOf(ended ? end / MILLIS : 0),
          String.valueOf(gpus),
          String.valueOf(nodes.size()),
          String.join(",", nodes));
    }
  }
}
