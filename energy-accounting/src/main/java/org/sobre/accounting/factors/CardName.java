package org.sobre.accounting.factors;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.catalog.GpuCatalog;

/**
 * Finds what is said of a type of GPU, or of the card that a type of parts is of: {@code
 * nvidia_a100_3g.40gb} is a part of an A100, {@code amd_instinct_mi300x_cpx} one of an MI300X. GPU
 * hours of parts are fractions of their card's.
 */
final class CardName {

  /** What Slurm's type of a part has behind its card's: docs/slurm.md. */
  private static final Pattern PART =
      Pattern.compile("(.+)_(?:(?:\\d+c\\.)?\\d+g\\.\\d+gb[a-z0-9_.+-]*|[dtqc]px)");

  private CardName() {}

  /** The card's type; absent of a type that is no part's. */
  static Optional<String> ofPart(String type) {
    Matcher part = PART.matcher(type);
    return part.matches() ? Optional.of(part.group(1)) : Optional.empty();
  }

  /**
   * What is said under the type's own name; else of a part what is said of its card. A part's type
   * has its card's name up to the first hyphen only: what is said of several such cards is nothing.
   *
   * @param said each with its names
   */
  static <T> Optional<T> find(List<T> said, Function<T, List<String>> names, String type) {
    Optional<T> own = first(said, names, type);
    return own.isPresent()
        ? own
        : ofPart(type).flatMap(card -> first(said, names, card).or(() -> only(said, names, card)));
  }

  private static <T> Optional<T> first(List<T> said, Function<T, List<String>> names, String type) {
    return said.stream()
        .filter(one -> names.apply(one).stream().anyMatch(n -> GpuCatalog.isSameName(n, type)))
        .findFirst();
  }

  private static <T> Optional<T> only(List<T> said, Function<T, List<String>> names, String card) {
    List<T> such =
        said.stream()
            .filter(
                one ->
                    names.apply(one).stream()
                        .anyMatch(n -> GpuCatalog.isSameName(n.split("-", 2)[0], card)))
            .toList();
    return such.size() == 1 ? Optional.of(such.get(0)) : Optional.empty();
  }
}
