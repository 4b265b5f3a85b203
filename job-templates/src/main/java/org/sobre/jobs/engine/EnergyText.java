package org.sobre.jobs.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/** What a run drew, in the words of the summary's line on energy. */
final class EnergyText {

  private static final Messages MESSAGES = Messages.of(EnergyText.class);
  private static final double JOULES_PER_WATT_HOUR = 3600;

  private EnergyText() {}

  static String of(RunEnergy run) {
    JobEnergy energy = run.drawn();
    StringBuilder text = new StringBuilder();
    if (energy.nothingSeen()) {
      text.append(MESSAGES.text(energy.missing().isEmpty() ? "energy.nothing" : "energy.none"));
    } else {
      // the daemon rounds the sum and each part down: what stands here is to add up
      long joules = energy.parts().stream().mapToLong(JobEnergy.PartEnergy::joules).sum();
      String wattHours =
          String.format(Language.current().locale(), "%.2f Wh", joules / JOULES_PER_WATT_HOUR);
      text.append(MESSAGES.text("energy.drawn", joules, wattHours, parts(energy)));
    }
    if (!energy.missing().isEmpty()) {
      String without =
          energy.missing().stream()
              .map(missing -> missing.part() + " (" + missing.reason() + ")")
              .distinct()
              .collect(Collectors.joining(", "));
      text.append(MESSAGES.text("energy.without", without));
    }
    text.append(
        MESSAGES.text("energy.observed", energy.observedSeconds(), energy.elapsedSeconds()));
    return text.append(run.ofTheCommand() ? "" : MESSAGES.text("energy.job")).toString();
  }

  /**
   * One figure a kind of part and quality, not a device: a node has many packages. A record as the
   * key would take 20 ms, the first time that it is hashed.
   */
  private static String parts(JobEnergy energy) {
    Map<List<String>, Long> joules = new LinkedHashMap<>();
    energy
        .parts()
        .forEach(p -> joules.merge(List.of(p.part(), p.quality()), p.joules(), Long::sum));
    return joules.entrySet().stream()
        .map(
            sum ->
                MESSAGES.text(
                    "energy.part",
                    sum.getKey().get(0),
                    sum.getValue(),
                    quality(sum.getKey().get(1))))
        .collect(Collectors.joining(", "));
  }

  /** A word of the daemon's; one that a later daemon may have stays as it is. */
  private static String quality(String word) {
    return switch (word) {
      case "counter", "sampled", "modelled" -> MESSAGES.text("quality." + word);
      default -> word;
    };
  }
}
