package org.sobre.accounting.store;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Which runs of one job are of one start of it. The restart count alone does not tell: it is 0 of
 * each run that no prolog told of. Runs of one start are on different nodes, and begin together or
 * while another one of them goes on. Pure.
 */
final class JobStarts {

  private static final class Start {
    final List<RunState> runs = new ArrayList<>();
    final Set<String> nodes = new HashSet<>();
    final int restart;
    long untilMillis;

    Start(RunState first) {
      this.restart = first.key().job().restart();
      this.untilMillis = first.beginMillis() + RunDetails.SLACK.toMillis();
    }

    boolean takes(RunState run) {
      return run.key().job().restart() == restart
          && run.beginMillis() < untilMillis
          && !nodes.contains(run.key().node());
    }

    void add(RunState run) {
      runs.add(run);
      nodes.add(run.key().node());
      untilMillis = Math.max(untilMillis, run.knownUntilMillis());
    }
  }

  private JobStarts() {}

  /**
   * The runs of each start, by begin.
   *
   * @param job its runs, by begin
   */
  static List<List<RunState>> of(List<RunState> job) {
    List<Start> starts = new ArrayList<>();
    for (RunState run : job) {
      // the latest start first: an earlier one may have a line that was never closed
      Start of = null;
      for (int i = starts.size() - 1; i >= 0 && of == null; i--) {
        of = starts.get(i).takes(run) ? starts.get(i) : null;
      }
      if (of == null) {
        of = new Start(run);
        starts.add(of);
      }
      of.add(run);
    }
    return starts.stream().map(start -> List.copyOf(start.runs)).toList();
  }
}
