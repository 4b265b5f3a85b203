package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;

/** In which unit a table shows energy: one for the whole table, so that its column adds up. */
public enum EnergyUnit {
  WATT_HOUR("Wh", 3),
  KILOWATT_HOUR("kWh", 6),
  MEGAWATT_HOUR("MWh", 9);

  private static final BigDecimal MICROJOULES_PER_MILLIWATT_HOUR = new BigDecimal(3_600_000);

  private final String symbol;
  private final int milliwattHourPower;

  EnergyUnit(String symbol, int milliwattHourPower) {
    this.symbol = symbol;
    this.milliwattHourPower = milliwattHourPower;
  }

  /** The largest one in which the amount is at least 1; Wh if none is. */
  public static EnergyUnit of(BigInteger microjoules) {
    EnergyUnit best = WATT_HOUR;
    for (EnergyUnit unit : values()) {
      if (unit.amount(microjoules).compareTo(BigDecimal.ONE) >= 0) {
        best = unit;
      }
    }
    return best;
  }

  /** To nine decimals or better. */
  public BigDecimal amount(BigInteger microjoules) {
    return new BigDecimal(microjoules)
        .divide(MICROJOULES_PER_MILLIWATT_HOUR, 12, RoundingMode.HALF_UP)
        .movePointLeft(milliwattHourPower);
  }

  public String symbol() {
    return symbol;
  }
}
