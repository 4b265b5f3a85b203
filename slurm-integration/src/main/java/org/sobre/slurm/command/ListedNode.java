package org.sobre.slurm.command;

import static java.util.Objects.requireNonNull;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One node as sinfo lists it.
 *
 * @param acceptsJobs whether Slurm would start one more job there now: it answers, is neither
 *     drained nor reserved, and has a processor left
 * @param partitions those of it that are up, the cluster's default one first
 * @param inDefaultPartition whether a job that names no partition may get it
 * @param gpus by type, {@link #UNTYPED} for those of none
 */
public record ListedNode(
    String name,
    boolean acceptsJobs,
    List<String> partitions,
    boolean inDefaultPartition,
    Map<String, Gpus> gpus,
    Set<String> features) {

  /** The type of a GPU that somebody listed without one. */
  public static final String UNTYPED = "";

  /**
   * The GPUs of one type.
   *
   * @param total from 1
   * @param held by jobs, wholly or by shards; from 0 to the total
   * @param shards of all of them together; 0 where they are not shared
   */
  public record Gpus(int total, int held, int shards) {
    public Gpus {
      if (total < 1 || held < 0 || held > total || shards < 0) {
        throw new IllegalArgumentException(
            "expected GPUs from 1, of which as many at most are held, found "
                + held
                + " of "
                + total
                + " and "
                + shards
                + " shards");
      }
    }
  }

  public ListedNode {
    requireNonNull(name, "name");
    partitions = List.copyOf(partitions);
    gpus = Collections.unmodifiableMap(new TreeMap<>(gpus));
    features = Collections.unmodifiableSet(new TreeSet<>(features));
  }
}
