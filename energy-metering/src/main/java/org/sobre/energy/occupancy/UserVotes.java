package org.sobre.energy.occupancy;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Whose a job is, by its processes. */
final class UserVotes {

  private final Map<Integer, Integer> ofBatch = new TreeMap<>();
  private final Map<Integer, Integer> ofAll = new TreeMap<>();
  private boolean isRoots;

  /** A process that this step started. */
  void add(int uid, String step) {
    if (uid != 0) {
      ofAll.merge(uid, 1, Integer::sum);
      if (step.equals("batch")) {
        ofBatch.merge(uid, 1, Integer::sum);
      }
    } else {
      // an extern step's own process is root's
      isRoots |= !step.equals("extern");
    }
  }

  /** Empty if no process tells. */
  OptionalInt user() {
    Map<Integer, Integer> votes = ofBatch.isEmpty() ? ofAll : ofBatch;
    if (votes.isEmpty()) {
      return isRoots ? OptionalInt.of(0) : OptionalInt.empty();
    }
    int most = Collections.max(votes.values());
    return votes.entrySet().stream()
        .filter(one -> one.getValue() == most)
        .mapToInt(Map.Entry::getKey)
        .findFirst();
  }
}
