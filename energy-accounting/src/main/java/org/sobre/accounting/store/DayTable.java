package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * A table of sums by day, each with those of its hours: changes to it, which wait until they are
 * written, and sums of any hours out of it. Days are UTC's; a local day or month is a range of UTC
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
  record Key(long a, long b, long c, long d) {}

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

  private static Key key(ResultSet row) throws SQLException {
    return new Key(row.getLong(1), row.getLong(2), row.getLong(3), row.getLong(4));
  }

  /**
   * Gives the fields of every key in a range of hours, in parts that are to be added.
   *
   * @param to takes a key and fields, which it may keep
   */
  void read(HourRange range, BiConsumer<Key, long[]> to) throws SQLException {
    long firstWhole = -Math.floorDiv(-range.first(), (long) HourSums.PER_DAY);
    long endWhole = day(range.end());
    if (firstWhole < endWhole) {
      try (ResultSet row =
          sql.query(select("total") + " WHERE day >= ? AND day < ?", firstWhole, endWhole)) {
        while (row.next()) {
          long[] fields = new long[shape.width()];
          new BlobReader(row.getBytes(6)).addTo(fields);
          to.accept(key(row), fields);
        }
      }
    }
    if (day(range.first()) < firstWhole) {
      readHours(day(range.first()), range, to);
    }
    boolean isSameDay = day(range.first()) == endWhole && endWhole < firstWhole;
    if (range.end() > endWhole * HourSums.PER_DAY && !isSameDay) {
      readHours(endWhole, range, to);
    }
  }

  /** Takes the fields of a key in some of the hours of a span; it may keep them. */
  @FunctionalInterface
  interface SpanVisitor {
    void add(Key key, int span, long[] fields);
  }

  /** As {@link #read}, by spans: days in which one ends are read by the hour, the others whole. */
  void read(HourRange range, Spans spans, SpanVisitor to) throws SQLException {
    long from = range.first();
    for (long cut : spans.cuts()) {
      long begins = day(cut) * HourSums.PER_DAY;
      if (cut > from && cut < range.end()) {
        if (from < begins) {
          read(new HourRange(from, begins), spans.of(from), to);
          from = begins;
        }
        if (cut > begins) {
          HourRange ofDay = new HourRange(from, Math.min(range.end(), begins + HourSums.PER_DAY));
          readHours(day(cut), ofDay, (key, hour, fields) -> to.add(key, spans.of(hour), fields));
          from = ofDay.end();
        }
      }
    }
    if (from < range.end()) {
      read(new HourRange(from, range.end()), spans.of(from), to);
    }
  }

  private void read(HourRange range, int span, SpanVisitor to) throws SQLException {
    read(range, (key, fields) -> to.add(key, span, fields));
  }

  /** Takes the fields of a key in an hour. */
  @FunctionalInterface
  private interface KeyHourVisitor {
    void add(Key key, long hour, long[] fields);
  }

  private String select(String blob) {
    return "SELECT " + shape.keys() + ", day, " + blob + " FROM " + shape.table();
  }

  /** The same for the hours of one day that are in a range. */
  void readHours(long day, HourRange range, BiConsumer<Key, long[]> to) throws SQLException {
    readHours(day, range, (Key key, long hour, long[] fields) -> to.accept(key, fields));
  }

  private void readHours(long day, HourRange range, KeyHourVisitor to) throws SQLException {
    try (ResultSet row = sql.query(select("hours") + " WHERE day = ?", day)) {
      while (row.next()) {
        Key key = key(row);
        HourSums sums = HourSums.read(new BlobReader(row.getBytes(6)), shape.width());
        sums.forEach(range, (hour, fields) -> to.add(key, hour, fields));
      }
    }
  }
}
