package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How far each ledger file was read, and the lines that could not be taken. */
public final class FileProgress implements AutoCloseable {

  /**
   * Where to go on in a file.
   *
   * @param bytes read before
   * @param lines read before
   * @param boot number of the boot of the last good line before
   * @param seq of that line, 0 if there is none
   */
  public record Position(long bytes, long lines, OptionalLong boot, long seq) {

    public static final Position START = new Position(0, 0, OptionalLong.empty(), 0);
  }

  /**
   * A line that could not be taken.
   *
   * @param path of the file, absolute
   * @param line from 1
   * @param before where the line begins, and the good line before it
   * @param fragment whether it looks like a write that was cut short
   * @param reason what was expected and found
   */
  public record Quarantined(
      String path, long line, Position before, boolean fragment, String reason, String content) {}

  private static final int KEPT_CHARACTERS = 100_000;

  private final Statements sql;

  public FileProgress(Connection connection) {
    this.sql = new Statements(connection);
  }

  /** Where to go on in each file: after what was read, or at its first line in quarantine. */
  public Map<String, Position> positions() throws SQLException {
    Map<String, Position> positions = new HashMap<>();
    try (ResultSet row =
        sql.query("SELECT bytes_read, lines_read, last_boot_id, last_seq, path FROM ledger_file")) {
      while (row.next()) {
        positions.put(row.getString(5), position(row));
      }
    }
    try (ResultSet row =
        sql.query(
            "SELECT begins_at, lines_before, boot_id, seq_before, path FROM quarantine"
                + " ORDER BY begins_at DESC")) {
      while (row.next()) {
        positions.put(row.getString(5), position(row));
      }
    }
    return positions;
  }

  private static Position position(ResultSet row) throws SQLException {
    long boot = row.getLong(3);
    OptionalLong bootId = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(boot);
    return new Position(row.getLong(1), row.getLong(2), bootId, row.getLong(4));
  }

  public void advance(String path, Position position) throws SQLException {
    sql.update(
        "REPLACE INTO ledger_file (path, bytes_read, lines_read, last_boot_id, last_seq)"
            + " VALUES (?, ?, ?, ?, ?)",
        path,
        position.bytes(),
        position.lines(),
        orNull(position.boot()),
        position.seq());
  }

  /** Forgets the quarantine of a file, which is about to be read again from its first line. */
  public void release(String path) throws SQLException {
    sql.update("DELETE FROM quarantine WHERE path = ?", path);
  }

  public void quarantine(Quarantined line) throws SQLException {
    String content = line.content();
    sql.update(
        "INSERT INTO quarantine (path, line, begins_at, lines_before, boot_id, seq_before,"
            + " fragment, reason, content) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        line.path(),
        line.line(),
        line.before().bytes(),
        line.before().lines(),
        orNull(line.before().boot()),
        line.before().seq(),
        line.fragment() ? 1 : 0,
        line.reason(),
        content.substring(0, Math.min(content.length(), KEPT_CHARACTERS)));
  }

  /**
   * Forgets the fragments whose line was written again: the node went on with the seq that the
   * fragment would have had, so nothing of them is lost. Of one at the beginning of a file that seq
   * is not known: it is forgotten once the boot that goes on in the file has no line missing.
   */
  public void releaseRewrittenFragments() throws SQLException {
    LineHashes lines = new LineHashes(sql);
    for (Quarantined line : quarantined()) {
      if (line.fragment() && isRewritten(line, lines)) {
        sql.update(
            "DELETE FROM quarantine WHERE path = ? AND begins_at = ?",
            line.path(),
            line.before().bytes());
      }
    }
  }

  private boolean isRewritten(Quarantined line, LineHashes lines) throws SQLException {
    if (line.before().boot().isPresent()) {
      return lines.isKnown(line.before().boot().getAsLong(), line.before().seq() + 1);
    }
    Position now = Position.START;
    try (ResultSet row =
        sql.query(
            "SELECT bytes_read, lines_read, last_boot_id, last_seq FROM ledger_file"
                + " WHERE path = ?",
            line.path())) {
      now = row.next() ? position(row) : now;
    }
    if (now.boot().isEmpty() || now.bytes() <= line.before().bytes()) {
      return false;
    }
    for (long seq = 1; seq <= now.seq(); seq++) {
      if (!lines.isKnown(now.boot().getAsLong(), seq)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Forgets the lines in quarantine of files that are not in the ledger any more, and how far those
   * were read: should one come back, it is read from its first line.
   *
   * @param paths of the ledger's files
   */
  public void forgetOthers(Set<String> paths) throws SQLException {
    for (Quarantined line : quarantined()) {
      if (!paths.contains(line.path())) {
        release(line.path());
        sql.update("DELETE FROM ledger_file WHERE path = ?", line.path());
      }
    }
  }

  /** All lines in quarantine, by place. */
  public List<Quarantined> quarantined() throws SQLException {
    List<Quarantined> lines = new ArrayList<>();
    try (ResultSet row =
        sql.query(
            "SELECT begins_at, lines_before, boot_id, seq_before, path, line, fragment, reason,"
                + " content FROM quarantine ORDER BY path, begins_at")) {
      while (row.next()) {
        lines.add(
            new Quarantined(
                row.getString(5),
                row.getLong(6),
                position(row),
                row.getInt(7) == 1,
                row.getString(8),
                row.getString(9)));
      }
    }
    return lines;
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  @Override
  public void close() throws SQLException {
    sql.close();
  }
}
