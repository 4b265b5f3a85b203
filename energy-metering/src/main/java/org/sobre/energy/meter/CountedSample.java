package org.sobre.energy.meter;

import org.sobre.hardware.units.Reading;

/** What one look at a card told that has an energy counter beside its power. */
interface CountedSample extends PowerSample {

  /** Since boot, when both were read. */
  long nanos();

  /** What the counter has added up since some moment: its differences are energy. */
  Reading<Long> counterMicrojoules();
}
