package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sobre.energy.accrual.PendingLine;
import org.sobre.energy.ledger.JobLine;
import org.sobre.slurm.job.JobKey;

/**
 * The last runs that ended here, for those whose they were: the ledger is the accountants'. Bounded
 * in number and in memory; a daemon's death forgets them, the ledger does not. For any thread.
 */
final class LastRuns {

  static final int MOST = 50;

  /** Of all their JSON, one byte each. */
  static final int MOST_CHARACTERS = 128 * 1024;

  /**
   * @param json as {@link RunsAnswer} tells it
   */
  record Ended(JobKey job, int uid, Instant begin, String json) {
    Ended {
      requireNonNull(job, "job");
      requireNonNull(begin, "begin");
      requireNonNull(json, "json");
    }
  }

  private final Map<Long, Ended> byOrdinal = new TreeMap<>();
  private long forgotten;
  private int characters;

  /**
   * @param sealed what is to be in the ledger; told again, it changes nothing but the times of a
   *     line that was labelled anew
   */
  synchronized void take(List<PendingLine> sealed) {
    for (PendingLine line : sealed) {
      if (line.ordinal() > forgotten && line.line() instanceof JobLine run) {
        Ended known = byOrdinal.get(line.ordinal());
        if (known == null || !known.begin().equals(run.begin())) {
          keep(line.ordinal(), run);
        }
      }
    }
  }

  private void keep(long ordinal, JobLine run) {
    Ended ended =
        new Ended(run.facts().key(), run.facts().uid(), run.begin(), RunsAnswer.ofLine(run));
    Ended before = byOrdinal.put(ordinal, ended);
    characters += ended.json().length() - (before == null ? 0 : before.json().length());
    Iterator<Map.Entry<Long, Ended>> oldest = byOrdinal.entrySet().iterator();
    while (byOrdinal.size() > MOST || characters > MOST_CHARACTERS) {
      Map.Entry<Long, Ended> gone = oldest.next();
      forgotten = gone.getKey();
      characters -= gone.getValue().json().length();
      oldest.remove();
    }
  }

  /** The runs of a job, in the order in which they ended. */
  synchronized List<Ended> of(long id) {
    return byOrdinal.values().stream().filter(run -> run.job().id() == id).toList();
  }
}
