package org.sobre.accounting.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.LineHeader;

/**
 * Which lines were taken, and the eight bytes of the hash of each: a line is taken once, whatever
 * file it comes from and how often. Eight bytes of 0 are no line.
 */
final class LineHashes {

  private static final int LINES = 256;
  private static final int BYTES = 8;

  private record BootName(String cluster, String node, String boot) {
    boolean isOf(LineHeader header) {
      return boot.equals(header.boot())
          && node.equals(header.node())
          && cluster.equals(header.cluster());
    }
  }

  private static final class Boot {
    final long id;
    long lines;
    long lastSeq;
    boolean isChanged;
    final Map<Long, byte[]> blocks = new HashMap<>();
    final TreeMap<Long, byte[]> changed = new TreeMap<>();

    Boot(long id, long lines, long lastSeq) {
      this.id = id;
      this.lines = lines;
      this.lastSeq = lastSeq;
    }
  }

  private final Statements sql;
  private final Map<BootName, Boot> boots = new HashMap<>();
  private final Map<Long, Boot> byId = new HashMap<>();
  private BootName lastName = new BootName("", "", "");
  private @Nullable Boot last;

  LineHashes(Statements sql) {
    this.sql = sql;
  }

  /**
   * Notes a line.
   *
   * @param hash 16 hexadecimal digits
   */
  LineStore.Outcome add(LineHeader header, String hash) throws SQLException {
    Boot boot = boot(header);
    long block = header.seq() / LINES;
    byte[] hashes = block(boot, block);
    long told = Long.parseUnsignedLong(hash, 16);
    LineStore.Outcome outcome = look(hashes, header, told);
    if (outcome != LineStore.Outcome.NEW) {
      return outcome;
    }
    int at = (int) (header.seq() % LINES) * BYTES;
    for (int i = 0; i < BYTES; i++) {
      hashes[at + i] = (byte) (told >>> ((BYTES - 1 - i) * 8));
    }
    boot.changed.put(block, hashes);
    boot.lines++;
    boot.lastSeq = Math.max(boot.lastSeq, header.seq());
    boot.isChanged = true;
    return LineStore.Outcome.NEW;
  }

  /** What {@link #add} would give. */
  LineStore.Outcome look(LineHeader header, String hash) throws SQLException {
    byte[] hashes = block(boot(header), header.seq() / LINES);
    return look(hashes, header, Long.parseUnsignedLong(hash, 16));
  }

  private static LineStore.Outcome look(byte[] hashes, LineHeader header, long told) {
    long known = number(hashes, (int) (header.seq() % LINES) * BYTES);
    if (known == 0) {
      return LineStore.Outcome.NEW;
    }
    return known == told ? LineStore.Outcome.KNOWN : LineStore.Outcome.CONFLICT;
  }

  /** The number of a line's boot in the tables. */
  long bootId(LineHeader header) throws SQLException {
    return boot(header).id;
  }

  /** Whether a line of a boot was taken. */
  boolean isKnown(long bootId, long seq) throws SQLException {
    Boot boot = byId.computeIfAbsent(bootId, id -> new Boot(id, 0, 0));
    byte[] hashes = block(boot, seq / LINES);
    return number(hashes, (int) (seq % LINES) * BYTES) != 0;
  }

  private Boot boot(LineHeader header) throws SQLException {
    // lines of a boot follow one another
    Boot known = last;
    if (known == null || !lastName.isOf(header)) {
      lastName = new BootName(header.cluster(), header.node(), header.boot());
      known = boot(lastName);
      last = known;
    }
    return known;
  }

  private Boot boot(BootName name) throws SQLException {
    Boot known = boots.get(name);
    if (known == null) {
      known = load(name);
      boots.put(name, known);
      byId.put(known.id, known);
    }
    return known;
  }

  private Boot load(BootName name) throws SQLException {
    try (ResultSet row =
        sql.query(
            "SELECT id, known_lines, last_seq FROM boot"
                + " WHERE cluster = ? AND node = ? AND boot = ?",
            name.cluster(),
            name.node(),
            name.boot())) {
      if (row.next()) {
        return new Boot(row.getLong(1), row.getLong(2), row.getLong(3));
      }
    }
    long id = sql.number("SELECT max(id) FROM boot").orElse(0) + 1;
    sql.update(
        "INSERT INTO boot (id, cluster, node, boot, known_lines, last_seq)"
            + " VALUES (?, ?, ?, ?, 0, 0)",
        id,
        name.cluster(),
        name.node(),
        name.boot());
    return new Boot(id, 0, 0);
  }

  private byte[] block(Boot boot, long block) throws SQLException {
    byte[] known = boot.blocks.get(block);
    if (known == null) {
      known =
          sql.bytes("SELECT hashes FROM line_hash WHERE boot_id = ? AND block = ?", boot.id, block)
              .orElseGet(() -> new byte[LINES * BYTES]);
      boot.blocks.put(block, known);
    }
    return known;
  }

  private static long number(byte[] hashes, int at) {
    long number = 0;
    for (int i = 0; i < BYTES; i++) {
      number = (number << 8) | (hashes[at + i] & 0xff);
    }
    return number;
  }

  /** The hash of the last line of a boot, of the row that has it. */
  static String hash(byte[] hashes, long seq) {
    int at = (int) (seq % LINES) * BYTES;
    return HexFormat.of().formatHex(hashes, at, at + BYTES);
  }

  static long block(long seq) {
    return seq / LINES;
  }

  void flush() throws SQLException {
    for (Boot boot : boots.values()) {
      for (Map.Entry<Long, byte[]> block : boot.changed.entrySet()) {
        sql.batch(
            "REPLACE INTO line_hash (boot_id, block, hashes) VALUES (?, ?, ?)",
            boot.id,
            block.getKey(),
            block.getValue());
      }
      boot.changed.clear();
      if (boot.isChanged) {
        sql.batch(
            "UPDATE boot SET known_lines = ?, last_seq = ? WHERE id = ?",
            boot.lines,
            boot.lastSeq,
            boot.id);
        boot.isChanged = false;
      }
    }
  }
}
