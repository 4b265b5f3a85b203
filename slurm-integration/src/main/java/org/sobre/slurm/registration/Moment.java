package org.sobre.slurm.registration;

/** When a record is settled. */
enum Moment {
  /** A node that is given back now would get jobs that nobody starts. */
  BEFORE_SLURMD,
  AFTER_SLURMD
}
