package org.sobre.accounting.slurm;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sobre.accounting.store.CountedRun;
import org.sobre.energy.ledger.Quality;

/**
 * What is written of a job into Slurm's accounting: words of {@code key=value} in lower case
 * without quotes, which sacctmgr of 22.05 leaves as they are, after a mark that makes them ours.
 * Pure.
 */
public final class JobComment {

  /** What a comment of ours begins with. */
  public static final String MARK = "sobre:";

  /** All that {@link #of} makes; one word more is somebody's own. */
  private static final Pattern WHOLE =
      Pattern.compile(
          MARK
              + "(energy=unknown|wh=\\d+\\.\\d{3} kwh=\\d+\\.\\d{6}( quality=[a-z+]+)?)"
              + "( coverage=\\d\\.\\d{4})? nodes=\\d+");

  private static final BigDecimal MICROJOULES_PER_WATT_HOUR = new BigDecimal("3600000000");
  private static final int WATT_HOUR_DECIMALS = 3;
  private static final int KILOWATT_HOUR_DECIMALS = 6;
  private static final int COVERAGE_DECIMALS = 4;

  private JobComment() {}

  /** Whether a comment is one that was made here, whole and alone; any other stays. */
  static boolean isOurs(String comment) {
    return WHOLE.matcher(comment).matches();
  }

  /**
   * The comment of one start of a job, once every node of it has told the end of its run.
   *
   * @param runs of that start
   * @param nodes how many it had
   */
  public static Optional<String> of(List<CountedRun> runs, int nodes) {
    long ended = runs.stream().filter(run -> run.run().end().isPresent()).count();
    return runs.isEmpty() || ended < runs.size() || ended < nodes
        ? Optional.empty()
        : Optional.of(text(runs));
  }

  private static String text(List<CountedRun> runs) {
    Map<Quality, BigInteger> energy = new EnumMap<>(Quality.class);
    long observed = 0;
    long due = 0;
    for (CountedRun run : runs) {
      run.energy()
          .amounts()
          .forEach(
              (quality, amount) ->
                  energy.merge(quality, BigInteger.valueOf(amount.microjoules()), BigInteger::add));
      observed += run.observedMillis();
      due += run.dueMillis();
    }
    return MARK + energy(energy, observed) + coverage(observed, due) + " nodes=" + runs.size();
  }

  /** Nothing observed and nothing told is not nothing drawn. */
  private static String energy(Map<Quality, BigInteger> energy, long observed) {
    if (energy.isEmpty() && observed == 0) {
      return "energy=unknown";
    }
    BigDecimal wattHours =
        new BigDecimal(energy.values().stream().reduce(BigInteger.ZERO, BigInteger::add))
            .divide(MICROJOULES_PER_WATT_HOUR, KILOWATT_HOUR_DECIMALS, RoundingMode.HALF_UP);
    String qualities =
        energy.keySet().stream().map(Quality::jsonName).collect(Collectors.joining("+"));
    return "wh="
        + wattHours.setScale(WATT_HOUR_DECIMALS, RoundingMode.HALF_UP).toPlainString()
        + " kwh="
        + wattHours
            .movePointLeft(3)
            .setScale(KILOWATT_HOUR_DECIMALS, RoundingMode.HALF_UP)
            .toPlainString()
        + (qualities.isEmpty() ? "" : " quality=" + qualities);
  }

  private static String coverage(long observed, long due) {
    return due == 0
        ? ""
        : " coverage="
            + BigDecimal.valueOf(observed)
                .divide(BigDecimal.valueOf(due), COVERAGE_DECIMALS, RoundingMode.DOWN)
                .toPlainString();
  }
}
