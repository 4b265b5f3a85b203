package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;
import java.util.TreeSet;

/**
 * The accounts and clusters that the store has heard of, whatever the time: those of runs, and
 * those that Slurm told last.
 *
 * @param accounts by name, of whatever cluster
 * @param clusters by name
 */
public record KnownAccounts(Set<String> accounts, Set<String> clusters) {

  public KnownAccounts {
    requireNonNull(accounts, "accounts");
    requireNonNull(clusters, "clusters");
  }

  public static KnownAccounts of(Connection connection) throws SQLException {
    Set<String> accounts = new TreeSet<>();
    Set<String> clusters = new TreeSet<>();
    try (Statements sql = new Statements(connection)) {
      Names names = new Names(sql);
      try (ResultSet row = sql.query("SELECT DISTINCT cluster, account FROM usage_day")) {
        while (row.next()) {
          names.optional(row.getLong(1)).ifPresent(clusters::add);
          names.optional(row.getLong(2)).ifPresent(accounts::add);
        }
      }
      try (ResultSet row = sql.query("SELECT cluster, account, parent FROM slurm_account")) {
        while (row.next()) {
          clusters.add(row.getString(1));
          accounts.add(row.getString(2));
          accounts.add(row.getString(3));
        }
      }
      try (ResultSet row = sql.query("SELECT DISTINCT cluster FROM node_news")) {
        while (row.next()) {
          clusters.add(row.getString(1));
        }
      }
    }
    return new KnownAccounts(accounts, clusters);
  }

  /** Whether a job of it is known that no node told of. */
  public static boolean isOfUncoveredJob(Connection connection, String account)
      throws SQLException {
    // asked for the unknown ones alone: of a year's jobs each is looked at
    try (Statements sql = new Statements(connection);
        ResultSet row = sql.query("SELECT 1 FROM slurm_job WHERE account = ? LIMIT 1", account)) {
      return row.next();
    }
  }
}
