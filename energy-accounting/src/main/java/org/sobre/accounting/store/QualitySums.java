package org.sobre.accounting.store;

import java.math.BigInteger;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Sums of energy by quality, exact and without bound: a fleet's microjoules of a few years do not
 * fit a long.
 *
 * @param counter microjoules, as the others
 */
public record QualitySums(BigInteger counter, BigInteger sampled, BigInteger modelled) {

  public static final QualitySums ZERO =
      new QualitySums(BigInteger.ZERO, BigInteger.ZERO, BigInteger.ZERO);

  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  /**
   * The SQL that sums the three columns of a table, whole joules and remainders apart so that no
   * sum overflows: six columns for {@link #read}.
   */
  static String sql(String table) {
    return sum(table, "counter_uj")
        + ", "
        + sum(table, "sampled_uj")
        + ", "
        + sum(table, "modelled_uj");
  }

  private static String sum(String table, String column) {
    String name = table + "." + column;
    return "coalesce(sum(" + name + " / 1000000), 0), coalesce(sum(" + name + " % 1000000), 0)";
  }

  /** Reads the six columns of {@link #sql} from the column named on. */
  static QualitySums read(ResultSet row, int column) throws SQLException {
    return new QualitySums(amount(row, column), amount(row, column + 2), amount(row, column + 4));
  }

  private static BigInteger amount(ResultSet row, int column) throws SQLException {
    return BigInteger.valueOf(row.getLong(column))
        .multiply(MILLION)
        .add(BigInteger.valueOf(row.getLong(column + 1)));
  }

  public QualitySums plus(QualitySums other) {
    return new QualitySums(
        counter.add(other.counter), sampled.add(other.sampled), modelled.add(other.modelled));
  }

  /** What this has more than another, by quality; zero where it has less. */
  public QualitySums beyond(QualitySums other) {
    return new QualitySums(
        counter.subtract(other.counter).max(BigInteger.ZERO),
        sampled.subtract(other.sampled).max(BigInteger.ZERO),
        modelled.subtract(other.modelled).max(BigInteger.ZERO));
  }

  /** Microjoules of all qualities. */
  public BigInteger total() {
    return counter.add(sampled).add(modelled);
  }
}
