package org.sobre.accounting.store;

import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.Quality;

/** What an hour of meters adds up to, three fields each: the fields of metered_day. */
enum MeteredField {
  /** What the meter saw; of processes outside of jobs, what they drew. */
  TOTAL(0),
  PLATFORM(3),
  OUTSIDE(6),
  UNKNOWN(9),
  /** What the innermost meters within it saw. */
  WITHIN(12);

  private static final int QUALITIES = 3;
  static final int WIDTH = values().length * QUALITIES;

  private final int at;

  MeteredField(int at) {
    this.at = at;
  }

  /** The place of the first of its fields; what is stored depends on it. */
  int at() {
    return at;
  }

  void add(long[] fields, EnergyByQuality energy) {
    addTo(fields, at(), energy);
  }

  QualitySums of(long[] fields) {
    return QualitySums.of(fields[at()], fields[at() + 1], fields[at() + 2]);
  }

  /** Adds an energy to the three fields from one on. */
  static void addTo(long[] fields, int from, EnergyByQuality energy) {
    if (!energy.isZero()) {
      fields[from] = Math.addExact(fields[from], energy.microjoules(Quality.COUNTER));
      fields[from + 1] = Math.addExact(fields[from + 1], energy.microjoules(Quality.SAMPLED));
      fields[from + 2] = Math.addExact(fields[from + 2], energy.microjoules(Quality.MODELLED));
    }
  }
}
