package org.sobre.slurm.job;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code SLURM_JOB_CPUS_PER_NODE}: {@code 4}, {@code 2,1}, {@code 8(x3),4}. A job of several nodes
 * is given the whole list on each of them (seen with Slurm 22.05.8).
 *
 * @param counts logical processors on each node of the job, in the order of its node list
 */
record CpusPerNode(List<Integer> counts) {

  private static final Pattern ITEM = Pattern.compile("(\\d{1,6})(?:\\(x(\\d{1,6})\\))?");
  private static final int MAX_NODES = 100_000;

  CpusPerNode {
    counts = List.copyOf(counts);
  }

  static Optional<CpusPerNode> parse(String text) {
    List<Integer> counts = new ArrayList<>();
    for (String item : text.split(",", -1)) {
      Matcher m = ITEM.matcher(item);
      if (!m.matches()) {
        return Optional.empty();
      }
      int times = m.group(2) == null ? 1 : Integer.parseInt(m.group(2));
      if (counts.size() + times > MAX_NODES) {
        return Optional.empty();
      }
      for (int i = 0; i < times; i++) {
        counts.add(Integer.valueOf(m.group(1)));
      }
    }
    return Optional.of(new CpusPerNode(counts));
  }

  /**
   * @param position this node's place in the job's node list, absent where it is not known: then
   *     there is an answer only if all nodes have the same count
   */
  OptionalInt onNode(OptionalInt position) {
    if (counts.stream().distinct().count() == 1) {
      return OptionalInt.of(counts.get(0));
    }
    return position.isPresent() && position.getAsInt() < counts.size()
        ? OptionalInt.of(counts.get(position.getAsInt()))
        : OptionalInt.empty();
  }
}
