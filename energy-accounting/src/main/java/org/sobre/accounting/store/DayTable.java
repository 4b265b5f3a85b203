package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A table of sums by day, each with those of its hours: changes to it, which wait until they are
 * written ({@link StoredDays} reads them). Days are UTC's; a local day or month is a range of UTC
 * hours, so a time zone changes nothing that is stored.
 */
final class DayTable {

  static final DayTable.Shape USAGE =
      new Shape("usage_day", "cluster, account, unit, missing", UsageField.WIDTH);
  static final DayTable.Shape METERED =
      new Shape("metered_day", "cluster, node, meter, uid", MeteredField.WIDTH);

  /**
   * @param keys the four columns before the day
   * @param width how many fields it sums
   */
  record Shape(String table, String keys, int width) {}

  /** What is summed: numbers of names, or a uid. */
  record Key(long a, long b, long c, long d) {

    /** As {@link RowKey}: asked for each row of each day. */
    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && b == key.b && c == key.c && d == key.d && a == key.a;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(((a * 31 + b) * 31 + c) * 31 + d);
    }
  }

  private record Day(Key key, long day) {}

  private final Statements sql;
  private final Shape shape;
  private final Map<Day, HourSums> waiting = new HashMap<>();

  DayTable(Statements sql, Shape shape) {
    this.sql = sql;
    this.shape = shape;
  }

  static long day(long hour) {
    return Math.floorDiv(hour, (long) HourSums.PER_DAY);
  }

  /** The fields of an hour, to add to. */
  long[] at(Key key, long hour) {
    return ofDay(key, day(hour)).at(hour);
  }

  private HourSums ofDay(Key key, long day) {
    return waiting.computeIfAbsent(new Day(key, day), absent -> new HourSums(shape.width()));
  }

  /**
   * @param sign 1, or -1 to take away
   */
  void add(Key key, HourSums sums, int sign) {
    long[] day = {Long.MIN_VALUE};
    HourSums[] ofDay = new HourSums[1];
    sums.forEach(
        (hour, amounts) -> {
          if (ofDay[0] == null || day(hour) != day[0]) {
            day[0] = day(hour);
            ofDay[0] = ofDay(key, day[0]);
          }
          HourSums.add(ofDay[0].at(hour), amounts, sign);
        });
  }

  /** Writes what waits. In the order of the rows: neighbours share a page. */
  void flush() throws SQLException {
    Map<Long, List<Day>> days = new TreeMap<>();
    for (Day day : waiting.keySet()) {
      days.computeIfAbsent(day.day(), absent -> new ArrayList<>()).add(day);
    }
    for (Map.Entry<Long, List<Day>> day : days.entrySet()) {
      Map<Key, byte[]> stored = stored(day.getKey());
      for (Day row : day.getValue()) {
        write(row, waiting.getOrDefault(row, new HourSums(shape.width())), stored);
      }
    }
    waiting.clear();
  }

  private Map<Key, byte[]> stored(long day) throws SQLException {
    Map<Key, byte[]> rows = new HashMap<>();
    try (ResultSet row =
        sql.query(
            "SELECT " + shape.keys() + ", hours FROM " + shape.table() + " WHERE day = ?", day)) {
      while (row.next()) {
        rows.put(key(row), row.getBytes(5));
      }
    }
    return rows;
  }

  private void write(Day row, HourSums changes, Map<Key, byte[]> stored) throws SQLException {
    byte[] before = stored.get(row.key());
    HourSums sums = changes;
    if (before != null) {
      sums = HourSums.read(new BlobReader(before), shape.width());
      sums.add(changes, 1);
    }
    BlobWriter hours = new BlobWriter();
    sums.write(hours);
    sql.batch(
        "REPLACE INTO "
            + shape.table()
            + " ("
            + shape.keys()
            + ", day, total, hours) VALUES (?, ?, ?, ?, ?, ?, ?)",
        row.key().a(),
        row.key().b(),
        row.key().c(),
        row.key().d(),
        row.day(),
        new BlobWriter().fields(sums.total()).bytes(),
        hours.bytes());
  }

  static Key key(ResultSet row) throws SQLException {
    return new Key(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
  }
}
