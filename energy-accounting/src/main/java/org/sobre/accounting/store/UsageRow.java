package org.sobre.accounting.store;

import java.math.BigInteger;
import java.util.List;

/**
 * What the runs of one row used.
 *
 * @param names of the keys that were asked for, in their order
 * @param drawn microjoules in each kind of span that was asked for; their sum is the sum's energy
 */
public record UsageRow(List<String> names, UsageSum sum, List<BigInteger> drawn) {

  public UsageRow {
    names = List.copyOf(names);
    drawn = List.copyOf(drawn);
  }
}
