package org.sobre.slurm.policy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What becomes of a job at its submission. */
public sealed interface Verdict {

  /** What the job's owner is told, in order, each in one line. */
  List<String> said();

  /**
   * @param rewritten the fields that the script has set, by name; empty if none
   */
  record Accepted(List<String> said, Map<String, String> rewritten) implements Verdict {
    public Accepted {
      said = List.copyOf(said);
      rewritten = Map.copyOf(new TreeMap<>(rewritten));
    }
  }

  /**
   * @param status what Slurm is given for an error number
   */
  record Refused(List<String> said, int status) implements Verdict {
    public Refused {
      said = List.copyOf(said);
      if (status == 0) {
        throw new IllegalArgumentException("status 0 is no refusal");
      }
    }
  }
}
