package org.sobre.accounting.store;

import java.util.List;

/**
 * What the runs of one row used.
 *
 * @param names of the keys that were asked for, in their order
 */
public record UsageRow(List<String> names, UsageSum sum) {

  public UsageRow {
    names = List.copyOf(names);
  }
}
