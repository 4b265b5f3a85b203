package org.sobre.jobs.plan;

/** To whom it is said what to do about a plan that cannot be made. */
public enum Advice {
  /** Who gives jobs to Slurm can ask it for another card. */
  SLURM,

  /** Who has this machine alone can use only what is in it. */
  STATION
}
