package org.sobre.cli.job;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * One unit, and as many decimals, for all the energies of a job, so that a column can be compared
 * and added at a glance. What was measured and is not nothing never shows as 0.
 */
record EnergyUnit(String name, double microjoules, int decimals) {

  private static final double JOULE = 1e6;
  private static final double WATT_HOUR = 3_600 * JOULE;
  private static final double KILOWATT_HOUR = 1_000 * WATT_HOUR;

  /** Of a sum that is less than so many of its unit the second decimal tells something. */
  private static final double FEW = 10;

  /**
   * @param sum the largest that is shown, in microjoules
   */
  static EnergyUnit of(long sum) {
    if (sum < WATT_HOUR) {
      return new EnergyUnit("J", JOULE, 1);
    }
    return sum < KILOWATT_HOUR ? few("Wh", WATT_HOUR, sum) : few("kWh", KILOWATT_HOUR, sum);
  }

  private static EnergyUnit few(String name, double unit, long sum) {
    return new EnergyUnit(name, unit, sum < FEW * unit ? 2 : 1);
  }

  String text(long energy) {
    BigDecimal least = BigDecimal.ONE.movePointLeft(decimals);
    BigDecimal shown =
        BigDecimal.valueOf(energy / microjoules).setScale(decimals, RoundingMode.HALF_UP);
    return energy > 0 && shown.signum() == 0
        ? "<" + JobCells.decimal(least.doubleValue(), decimals) + " " + name
        : JobCells.decimal(shown.doubleValue(), decimals) + " " + name;
  }
}
