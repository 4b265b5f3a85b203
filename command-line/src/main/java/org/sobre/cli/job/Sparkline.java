package org.sobre.cli.job;

import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.sobre.energy.ledger.PowerProfile;

/** A line of one character a step, the higher the more power; a blank where it is not known. */
final class Sparkline {

  private static final String BLOCKS = "▁▂▃▄▅▆▇█";
  private static final String PLAIN = "_.-:=+*#";

  private Sparkline() {}

  /**
   * @param blocks whether the terminal's letters have block elements (U+2581 to U+2588)
   */
  static String of(PowerProfile power, boolean blocks) {
    String levels = blocks ? BLOCKS : PLAIN;
    long most = Math.max(1, most(power));
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < power.steps(); i++) {
      OptionalLong step = power.at(i);
      line.append(
          step.isPresent()
              ? levels.charAt(
                  (int) Math.min(levels.length() - 1, step.getAsLong() * levels.length() / most))
              : ' ');
    }
    return line.toString();
  }

  /** Milliwatts of the highest step. */
  static long most(PowerProfile power) {
    return IntStream.range(0, power.steps())
        .mapToObj(power::at)
        .mapToLong(step -> step.orElse(0))
        .max()
        .orElse(0);
  }
}
