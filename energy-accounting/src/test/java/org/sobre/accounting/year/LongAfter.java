package org.sobre.accounting.year;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;

/** A time after that of every ledger here: what is in the future of its reader is not taken. */
public final class LongAfter {

  public static final Clock CLOCK =
      Clock.fixed(Instant.parse("2030-01-01T00:00:00Z"), ZoneOffset.UTC);

  private LongAfter() {}
}
