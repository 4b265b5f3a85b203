package org.sobre.accounting.factors;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.sobre.accounting.factors.FactorTimeline.Entry;

/**
 * The factors of a period, for a report to repeat.
 *
 * @param pue in order of days, as the others
 * @param gaps in which energy was drawn: what needs that factor is not known
 * @param file that they are from; absent: none was found
 */
public record AppliedFactors(
    List<Entry<Factor>> pue,
    List<Entry<GridRate>> grid,
    List<Entry<Rate>> price,
    List<Entry<HeatReuse>> heatReuse,
    List<Gap> gaps,
    Optional<Path> file) {

  public static final AppliedFactors NONE =
      new AppliedFactors(List.of(), List.of(), List.of(), List.of(), List.of(), Optional.empty());

  public AppliedFactors {
    pue = List.copyOf(pue);
    grid = List.copyOf(grid);
    price = List.copyOf(price);
    heatReuse = List.copyOf(heatReuse);
    gaps = List.copyOf(gaps);
  }

  /**
   * The same, of a period that ends with what the ledger tells: no gap is longer.
   *
   * @param end of the last line's time
   */
  public AppliedFactors endingBy(Instant end) {
    List<Gap> known =
        gaps.stream()
            .map(
                gap ->
                    gap.until().isAfter(end) && gap.since().isBefore(end)
                        ? new Gap(gap.key(), gap.since(), end)
                        : gap)
            .toList();
    return new AppliedFactors(pue, grid, price, heatReuse, known, file);
  }

  /** Whether a factor has no value for some energy that was drawn. */
  public boolean lacks(String key) {
    return gaps.stream().anyMatch(gap -> gap.key().equals(key));
  }

  /** Whether the file has said no such factor, of whatever day. */
  public boolean hasNoGrid() {
    return grid.isEmpty() && !lacks(Factors.GRID);
  }

  public boolean hasNoPrice() {
    return price.isEmpty() && !lacks(Factors.PRICE);
  }

  public boolean hasNoPue() {
    return pue.isEmpty() && !lacks(Factors.PUE);
  }

  /** The one value of the whole period; absent if there are several, or it has gaps. */
  public Optional<Factor> onlyPue() {
    return only(Factors.PUE, pue);
  }

  public Optional<Factor> onlyGrid() {
    return only(Factors.GRID, rates());
  }

  public Optional<Factor> onlyPrice() {
    return only(Factors.PRICE, price);
  }

  private List<Entry<Rate>> rates() {
    return grid.stream().map(entry -> new Entry<>(entry.days(), entry.value().rate())).toList();
  }

  private <T extends Rate> Optional<Factor> only(String key, List<Entry<T>> entries) {
    return entries.size() == 1 && !lacks(key) && entries.get(0).value() instanceof Factor factor
        ? Optional.of(factor)
        : Optional.empty();
  }
}
