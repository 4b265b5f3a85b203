package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/**
 * Decides after each attempt whether the command is started once more, and with what. A defect in
 * it ends the attempts, and is told; the status stays the command's.
 */
interface AttemptJudge {

  /** Once is all. */
  AttemptJudge ONCE = attempt -> new Verdict.Done(List.of());

  /** What the first start is made with, and why: empty where as it was prepared. */
  default Optional<Verdict.Retry> first(Prepared prepared) {
    return Optional.empty();
  }

  /** Before each start: to look at what is compared afterwards. */
  default void starting(Prepared prepared) {}

  Verdict judge(Attempt attempt);

  /** What comes after an attempt. */
  sealed interface Verdict permits Verdict.Retry, Verdict.Done {

    /**
     * @param next what it is started with
     * @param why one sentence for a person
     */
    record Retry(Prepared next, String why) implements Verdict {
      public Retry {
        requireNonNull(next, "next");
        requireNonNull(why, "why");
      }
    }

    /**
     * @param remarks for a person, each a sentence: what the end was by, what is remembered of it
     */
    record Done(List<String> remarks) implements Verdict {
      public Done {
        remarks = List.copyOf(remarks);
      }
    }
  }
}
