package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.HardwareAmount;
import org.sobre.accounting.factors.HardwareAmount.Source;
import org.sobre.accounting.factors.HardwareUse;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/**
 * Who says what embodied grams, purchase and rental prices come from, and of what nobody says
 * anything.
 */
public final class HardwareNotes {

  private static final Messages MESSAGES = Messages.of(HardwareNotes.class);

  private HardwareNotes() {}

  /** More are in JSON. */
  private static final int MOST_MACHINES = 8;

  /** Nothing of prices where there is none at all. */
  public static List<String> of(HardwareUse use) {
    List<String> notes = new ArrayList<>(notes("embodied", use.embodied()));
    if (!use.purchase().sources().isEmpty()) {
      notes.addAll(notes("purchase", use.purchase()));
    }
    if (!use.rental().sources().isEmpty()) {
      notes.addAll(notes("rental", use.rental()));
    }
    if (use.withoutGpu()) {
      notes.add(MESSAGES.text("hardware.withoutGpu"));
    }
    return notes;
  }

  private static List<String> notes(String of, HardwareAmount amount) {
    List<String> notes = new ArrayList<>();
    if (!amount.sources().isEmpty()) {
      notes.add(MESSAGES.text("sources." + of, cited(amount.sources())));
    }
    if (!amount.withoutTypes().isEmpty()) {
      notes.add(MESSAGES.text("without." + of, String.join(", ", amount.withoutTypes())));
    }
    List<String> machines = amount.withoutMachines();
    if (!machines.isEmpty()) {
      String names =
          String.join(", ", machines.subList(0, Math.min(machines.size(), MOST_MACHINES)));
      notes.add(
          MESSAGES.text(
              "withoutMachines." + of, machines.size() > MOST_MACHINES ? names + ", …" : names));
    }
    return notes;
  }

  private static String cited(List<Source> sources) {
    return sources.stream().map(HardwareNotes::cited).collect(Collectors.joining(", "));
  }

  private static String cited(Source source) {
    Factor factor = source.factor();
    String uncertainty =
        source.uncertaintyPercent().map(percent -> " ± " + number(percent) + " %").orElse("");
    return number(factor.value())
        + uncertainty
        + " ("
        + factor.source()
        + "; "
        + factor.date()
        + ")";
  }

  private static String number(BigDecimal value) {
    return Language.current().rounded(value, Math.max(0, value.scale()));
  }
}
