package org.sobre.hardware.probe;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How one question to the machine went.
 *
 * @param name the tool or tree asked: {@code nvidia-smi}, {@code pci}
 * @param detail for a person: what was found, what to do; absent where all is said
 */
public record ProbeReport(String name, Outcome outcome, Duration took, Optional<String> detail) {

  /** The JSON name is lower case with dashes. */
  public enum Outcome {
    OK,
    /**
     * The tool is not installed, or has none of its cards here to tell of, or the tree is not
     * there: normal on a machine without that hardware.
     */
    ABSENT,
    /** Usable, with a complaint. */
    WARNED,
    TIMED_OUT,
    FAILED;

    public String jsonName() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public ProbeReport {
    requireNonNull(name, "name");
    requireNonNull(outcome, "outcome");
    requireNonNull(took, "took");
    requireNonNull(detail, "detail");
  }
}
