package org.sobre.accounting.report;

import java.util.Locale;
import java.util.Optional;
import org.sobre.accounting.store.UsageKey;

/** By what a report has its rows. The JSON name is the constant in lower case. */
public enum ReportKey {
  /** Slurm account. */
  LAB,
  USER,
  /** Type of the GPUs held. */
  GPU,
  /** The job's own word. */
  PROFILE,
  NODE,
  /** Calendar month in the report's time zone. */
  MONTH;

  /** What the store tells apart by it; absent for what is a period's. */
  Optional<UsageKey> usageKey() {
    return switch (this) {
      case LAB -> Optional.of(UsageKey.ACCOUNT);
      case USER -> Optional.of(UsageKey.USER);
      case GPU -> Optional.of(UsageKey.GPU);
      case PROFILE -> Optional.of(UsageKey.PROFILE);
      case NODE -> Optional.of(UsageKey.NODE);
      case MONTH -> Optional.empty();
    };
  }

  public String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static Optional<ReportKey> ofJsonName(String name) {
    for (ReportKey key : values()) {
      if (key.jsonName().equals(name)) {
        return Optional.of(key);
      }
    }
    return Optional.empty();
  }
}
