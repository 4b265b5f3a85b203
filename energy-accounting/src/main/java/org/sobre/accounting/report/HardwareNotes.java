package org.sobre.accounting.report;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/** Who says what embodied grams and rental prices come from, and of what nobody says anything. */
public final class HardwareNotes {

  private static final Messages MESSAGES = Messages.of(HardwareNotes.class);

  private HardwareNotes() {}

  /** Nothing of prices where there is none at all. */
  public static List<String> of(HardwareUse use) {
    List<String> notes = new ArrayList<>();
    if (!use.embodiedFactors().isEmpty()) {
      notes.add(MESSAGES.text("embodied.sources", cited(use.embodiedFactors())));
    }
    if (!use.withoutEmbodied().isEmpty()) {
      notes.add(MESSAGES.text("embodied.without", String.join(", ", use.withoutEmbodied())));
    }
    if (!use.rentalFactors().isEmpty()) {
      notes.add(MESSAGES.text("rental.sources", cited(use.rentalFactors())));
      if (!use.withoutRental().isEmpty()) {
        notes.add(MESSAGES.text("rental.without", String.join(", ", use.withoutRental())));
      }
    }
    return notes;
  }

  private static String cited(List<Factor> factors) {
    return factors.stream()
        .map(
            factor ->
                Language.current().rounded(factor.value(), Math.max(0, factor.value().scale()))
                    + " ("
                    + factor.source()
                    + "; "
                    + factor.date()
                    + ")")
        .collect(Collectors.joining(", "));
  }
}
