package org.sobre.hardware.catalog;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.util.Optional;

/**
 * What making one card emitted.
 *
 * @param kilogramsCo2e above 0
 * @param uncertaintyPercent the true value is within this, up and down, says the source; absent
 *     where it says nothing: then nothing is known of it, not that there is none
 * @param scope what the source counted: {@code cradle to gate, one eighth of an 8-GPU board}
 */
public record EmbodiedCarbon(
    BigDecimal kilogramsCo2e, Optional<BigDecimal> uncertaintyPercent, Optional<String> scope) {

  public EmbodiedCarbon {
    requireNonNull(kilogramsCo2e, "kilogramsCo2e");
    requireNonNull(uncertaintyPercent, "uncertaintyPercent");
    requireNonNull(scope, "scope");
    if (kilogramsCo2e.signum() <= 0) {
      throw new IllegalArgumentException(
          "expected embodied carbon above 0 kg, found " + kilogramsCo2e);
    }
  }
}
