package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import org.sobre.accounting.store.QualitySums;

/**
 * What no job pays, under {@code allocation: by-reserved-share}; of the whole site, whatever jobs a
 * report tells of.
 *
 * @param shared out over all jobs
 * @param left of months in which nobody had reserved anything
 */
public record Allocated(QualitySums shared, QualitySums left) {

  public Allocated {
    requireNonNull(shared, "shared");
    requireNonNull(left, "left");
  }
}
