package org.sobre.accounting.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What one kind of database says otherwise than another. */
interface Dialect {

  /** A connection that stores each statement at once until told otherwise. */
  Connection connect() throws SQLException, IOException;

  /** The words of a migration that differ: {@code ${key}} and {@code ${table}}. */
  String schema(String migration);

  /** The names of all tables. */
  List<String> tables(Connection connection) throws SQLException;

  /** Begins a transaction that sees one state and changes nothing. */
  String beginRead();

  /** Waits until no other process writes, and keeps others waiting. */
  void lock(Connection connection) throws SQLException;

  void unlock(Connection connection) throws SQLException;

  /**
   * Takes what was deleted from tables out of the free parts of the database's files. Outside of a
   * transaction.
   *
   * @param tables from which rows were deleted
   * @return false where somebody who reads keeps it there: then it is to be done again
   */
  boolean sweep(Connection connection, List<String> tables) throws SQLException;
}
