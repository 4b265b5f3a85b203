package org.sobre.accounting.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.sobre.slurm.command.SlurmAccount;

/**
 * Slurm's tree of accounts, as it was when it was asked last. An account that Slurm has forgotten
 * stays below its last parent: what it drew is billed to its lab still.
 */
public final class SlurmAccounts {

  private SlurmAccounts() {}

  /**
   * Takes what Slurm tells of a cluster's tree.
   *
   * @param cluster as the ledger calls it
   */
  public static void put(Connection connection, String cluster, List<SlurmAccount> accounts)
      throws SQLException {
    try (Statements sql = new Statements(connection)) {
      for (SlurmAccount account : accounts) {
        sql.batch(
            "REPLACE INTO slurm_account (cluster, account, parent) VALUES (?, ?, ?)",
            cluster,
            account.name(),
            account.parent());
      }
      sql.flush();
    }
  }

  /** The parent of each account, by cluster, then by account. */
  public static Map<String, Map<String, String>> parents(Connection connection)
      throws SQLException {
    Map<String, Map<String, String>> parents = new HashMap<>();
    try (Statements sql = new Statements(connection);
        ResultSet row = sql.query("SELECT cluster, account, parent FROM slurm_account")) {
      while (row.next()) {
        parents
            .computeIfAbsent(row.getString(1), absent -> new HashMap<>())
            .put(row.getString(2), row.getString(3));
      }
    }
    return parents;
  }
}
