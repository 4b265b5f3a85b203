package org.sobre.accounting.store;

import java.math.BigInteger;
import java.util.List;

/**
 * When the very runs drew their energy that declared a row's work, before the period too.
 *
 * @param names of the keys that were asked for, in their order
 * @param items microjoules, in each of the spans that were asked for, of those that told items
 * @param tokens the same of those that told tokens
 */
public record DeclaredDrawn(List<String> names, List<BigInteger> items, List<BigInteger> tokens) {

  public DeclaredDrawn {
    names = List.copyOf(names);
    items = List.copyOf(items);
    tokens = List.copyOf(tokens);
  }
}
