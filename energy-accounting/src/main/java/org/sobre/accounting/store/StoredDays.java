package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Sums of any hours out of a {@link DayTable}. Sums of whole days are read once, and kept: a report
 * by month asks for them month by month, and once more for its totals.
 */
final class StoredDays {

  /** Of more days nothing is kept: a table may have a hundred rows a day. */
  private static final long MOST_KEPT = 800;

  /**
   * @param total as {@link BlobWriter#fields} wrote it
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares them
  private record Row(DayTable.Key key, byte[] total) {}

  private final Statements sql;
  private final DayTable.Shape shape;
  private final Map<Long, List<Row>> kept = new HashMap<>();

  StoredDays(Statements sql, DayTable.Shape shape) {
    this.sql = sql;
    this.shape = shape;
  }

  /**
   * Gives the fields of every key in a range of hours, in parts that are to be added.
   *
   * @param to takes a key and fields, which it may keep
   */
  void read(HourRange range, BiConsumer<DayTable.Key, long[]> to) throws SQLException {
    long firstWhole = -Math.floorDiv(-range.first(), (long) HourSums.PER_DAY);
    long endWhole = DayTable.day(range.end());
    if (firstWhole < endWhole) {
      readDays(firstWhole, endWhole, to);
    }
    if (DayTable.day(range.first()) < firstWhole) {
      readHours(DayTable.day(range.first()), range, to);
    }
    boolean isSameDay = DayTable.day(range.first()) == endWhole && endWhole < firstWhole;
    if (range.end() > endWhole * HourSums.PER_DAY && !isSameDay) {
      readHours(endWhole, range, to);
    }
  }

  private void readDays(long first, long end, BiConsumer<DayTable.Key, long[]> to)
      throws SQLException {
    if (end - first > MOST_KEPT) {
      query(first, end, (day, row) -> to.accept(row.key(), fields(row)));
      return;
    }
    keep(first, end);
    for (long day = first; day < end; day++) {
      for (Row row : kept.getOrDefault(day, List.of())) {
        to.accept(row.key(), fields(row));
      }
    }
  }

  private long[] fields(Row row) {
    long[] fields = new long[shape.width()];
    new BlobReader(row.total()).addTo(fields);
    return fields;
  }

  /** Reads those that are not known, each stretch of days with one question. */
  private void keep(long first, long end) throws SQLException {
    long day = first;
    while (day < end) {
      long from = day;
      while (day < end && !kept.containsKey(day)) {
        kept.put(day, new ArrayList<>());
        day++;
      }
      if (from < day) {
        query(from, day, (of, row) -> kept.getOrDefault(of, List.of()).add(row));
      }
      day++;
    }
  }

  @FunctionalInterface
  private interface RowVisitor {
    void add(long day, Row row);
  }

  private void query(long first, long end, RowVisitor to) throws SQLException {
    try (ResultSet row = sql.query(select("total") + " WHERE day >= ? AND day < ?", first, end)) {
      while (row.next()) {
        to.add(row.getLong(5), new Row(DayTable.key(row), row.getBytes(6)));
      }
    }
  }

  private String select(String blob) {
    return "SELECT " + shape.keys() + ", day, " + blob + " FROM " + shape.table();
  }

  /** Takes the fields of a key in some of the hours of a span; it may keep them. */
  @FunctionalInterface
  interface SpanVisitor {
    void add(DayTable.Key key, int span, long[] fields);
  }

  /** As {@link #read}, by spans: days in which one ends are read by the hour, the others whole. */
  void read(HourRange range, Spans spans, SpanVisitor to) throws SQLException {
    long from = range.first();
    for (long cut : spans.cuts()) {
      long begins = DayTable.day(cut) * HourSums.PER_DAY;
      if (cut > from && cut < range.end()) {
        if (from < begins) {
          read(new HourRange(from, begins), spans.of(from), to);
          from = begins;
        }
        if (cut > begins) {
          HourRange ofDay = new HourRange(from, Math.min(range.end(), begins + HourSums.PER_DAY));
          readHours(
              DayTable.day(cut), ofDay, (key, hour, fields) -> to.add(key, spans.of(hour), fields));
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
    void add(DayTable.Key key, long hour, long[] fields);
  }

  /** The same for the hours of one day that are in a range. */
  void readHours(long day, HourRange range, BiConsumer<DayTable.Key, long[]> to)
      throws SQLException {
    readHours(day, range, (DayTable.Key key, long hour, long[] fields) -> to.accept(key, fields));
  }

  private void readHours(long day, HourRange range, KeyHourVisitor to) throws SQLException {
    try (ResultSet row = sql.query(select("hours") + " WHERE day = ?", day)) {
      while (row.next()) {
        DayTable.Key key = DayTable.key(row);
        HourSums.forEach(
            new BlobReader(row.getBytes(6)),
            shape.width(),
            range,
            (hour, fields) -> to.add(key, hour, fields));
      }
    }
  }
}
