package org.sobre.accounting.report;

import static java.util.Objects.requireNonNull;

import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.store.UsageSum;

/**
 * What runs used, and when they drew its energy, as finely as factors change.
 *
 * @param drawn as much as the sum's energy
 * @param declared when the runs that declared the sum's work drew theirs; nothing where prices do
 *     not change
 */
record DrawnSum(UsageSum sum, EnergyOverTime drawn, Declared declared) {

  /**
   * When the very runs drew their energy that told of items, and of tokens.
   *
   * @param items of the runs that ended in the period, over the whole report's time
   * @param tokens the same
   */
  record Declared(EnergyOverTime items, EnergyOverTime tokens) {

    Declared {
      requireNonNull(items, "items");
      requireNonNull(tokens, "tokens");
    }

    static Declared none() {
      return new Declared(new EnergyOverTime(), new EnergyOverTime());
    }

    private Declared plus(Declared other) {
      return new Declared(both(items, other.items), both(tokens, other.tokens));
    }
  }

  DrawnSum {
    requireNonNull(sum, "sum");
    requireNonNull(drawn, "drawn");
    requireNonNull(declared, "declared");
  }

  DrawnSum(UsageSum sum, EnergyOverTime drawn) {
    this(sum, drawn, Declared.none());
  }

  /** Of runs that are in this already: when they drew it. */
  DrawnSum with(Declared more) {
    return new DrawnSum(sum, drawn, declared.plus(more));
  }

  DrawnSum plus(DrawnSum other) {
    return new DrawnSum(
        sum.plus(other.sum), both(drawn, other.drawn), declared.plus(other.declared));
  }

  private static EnergyOverTime both(EnergyOverTime one, EnergyOverTime other) {
    EnergyOverTime both = new EnergyOverTime();
    both.add(one);
    both.add(other);
    return both;
  }
}
