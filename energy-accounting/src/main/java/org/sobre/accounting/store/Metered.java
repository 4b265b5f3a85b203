package org.sobre.accounting.store;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the meters saw and what of it no job pays.
 *
 * @param total of the meters themselves
 * @param platform free devices and the part of held ones that nobody reserved
 * @param outsideSlurmByUid whose processes those were; together {@code outsideSlurm}
 * @param unknown seen by a meter, and nobody was named for it
 */
public record Metered(
    QualitySums total,
    QualitySums platform,
    QualitySums outsideSlurm,
    SortedMap<Integer, QualitySums> outsideSlurmByUid,
    QualitySums unknown) {

  public Metered {
    outsideSlurmByUid = Collections.unmodifiableSortedMap(new TreeMap<>(outsideSlurmByUid));
  }
}
