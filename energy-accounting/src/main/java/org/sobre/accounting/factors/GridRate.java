package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Grams of CO2 equivalent per kWh of electricity.
 *
 * @param basis what was counted; absent in files of schema 1, which did not say
 */
public record GridRate(Rate rate, Optional<Basis> basis) {

  /** Two bases are never mixed in one sum. */
  public enum Basis {
    /** What the power stations emit. */
    DIRECT("direct"),
    /** With fuel, building and losses. */
    LIFE_CYCLE("lifeCycle");

    private final String jsonName;

    Basis(String jsonName) {
      this.jsonName = jsonName;
    }

    public String jsonName() {
      return jsonName;
    }

    static List<String> jsonNames() {
      return Arrays.stream(values()).map(Basis::jsonName).toList();
    }

    static Optional<Basis> ofJsonName(String name) {
      return Arrays.stream(values()).filter(basis -> basis.jsonName.equals(name)).findFirst();
    }
  }

  public GridRate {
    requireNonNull(rate, "rate");
    requireNonNull(basis, "basis");
  }
}
