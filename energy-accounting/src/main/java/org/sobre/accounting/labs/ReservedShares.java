package org.sobre.accounting.labs;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Shares out a whole in proportion to what each had reserved, by the largest remainder: the parts
 * are whole microjoules and sum to the whole exactly. Who had reserved as much gets as much, but
 * for one microjoule, which goes to the first by name.
 */
public final class ReservedShares {

  private record Part(String name, BigInteger quotient, BigInteger remainder) {}

  private ReservedShares() {}

  /**
   * The parts by name; absent where nobody had reserved anything: then nobody can pay.
   *
   * @param microjoules 0 or more
   * @param reserved 0 or more, in any unit that is the same for all: device-milliseconds, say
   */
  public static Optional<Map<String, BigInteger>> of(
      BigInteger microjoules, Map<String, BigInteger> reserved) {
    if (microjoules.signum() < 0 || reserved.values().stream().anyMatch(r -> r.signum() < 0)) {
      throw new IllegalArgumentException(
          "expected amounts of 0 or more, found " + microjoules + " over " + reserved);
    }
    BigInteger all = reserved.values().stream().reduce(BigInteger.ZERO, BigInteger::add);
    if (all.signum() == 0) {
      return Optional.empty();
    }
    List<Part> parts = new ArrayList<>();
    BigInteger left = microjoules;
    for (Map.Entry<String, BigInteger> one : new TreeMap<>(reserved).entrySet()) {
      BigInteger[] division = microjoules.multiply(one.getValue()).divideAndRemainder(all);
      parts.add(new Part(one.getKey(), division[0], division[1]));
      left = left.subtract(division[0]);
    }
    return Optional.of(withRest(parts, left.intValueExact()));
  }

  /** One more for as many parts as are left over: fewer than there are parts. */
  private static Map<String, BigInteger> withRest(List<Part> parts, int rest) {
    List<Part> byRemainder =
        parts.stream().sorted(Comparator.comparing(Part::remainder).reversed()).toList();
    Map<String, BigInteger> shares = new TreeMap<>();
    for (int i = 0; i < byRemainder.size(); i++) {
      Part part = byRemainder.get(i);
      shares.put(part.name(), i < rest ? part.quotient().add(BigInteger.ONE) : part.quotient());
    }
    return new LinkedHashMap<>(shares);
  }
}
