package org.sobre.accounting.store;

import java.io.IOException;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;

/** The boots of which the store took lines, and how far. */
public final class KnownBoots {

  private KnownBoots() {}

  /**
   * What is known of a boot.
   *
   * @param lines how many were taken, at least 1
   * @param lastSeq of the last one
   * @param lastHash of its text, as its successor has it for {@code prev}
   */
  public record KnownBoot(
      String cluster, String node, String boot, long lines, long lastSeq, String lastHash) {}

  /** By cluster, node and boot. */
  public static List<KnownBoot> of(AccountingStore store) throws IOException {
    return store.read(
        connection -> {
          List<KnownBoot> boots = new ArrayList<>();
          try (Statements sql = new Statements(connection);
              ResultSet row =
                  sql.query(
                      "SELECT b.cluster, b.node, b.boot, b.known_lines, b.last_seq, h.hashes"
                          + " FROM boot b JOIN line_hash h"
                          + " ON h.boot_id = b.id AND h.block = b.last_seq >> 8"
                          + " ORDER BY b.cluster, b.node, b.boot")) {
            while (row.next()) {
              long lastSeq = row.getLong(5);
              boots.add(
                  new KnownBoot(
                      row.getString(1),
                      row.getString(2),
                      row.getString(3),
                      row.getLong(4),
                      lastSeq,
                      LineHashes.hash(row.getBytes(6), lastSeq)));
            }
          }
          return boots;
        });
  }
}
