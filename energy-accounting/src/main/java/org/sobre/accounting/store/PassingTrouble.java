package org.sobre.accounting.store;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.Set;

/** Which failures of a database are worth another try. Pure. */
final class PassingTrouble {

  /** SQLITE_BUSY, _LOCKED, _IOERR, _FULL (sqlite.org/rescode.html); the low byte of a code. */
  private static final Set<Integer> OF_SQLITE = Set.of(5, 6, 10, 13);

  /**
   * Of a MariaDB server (mariadb.com/kb/en/mariadb-error-codes): no room on its disk or in a table,
   * too many connections, shutting down, a lock not given in time, a deadlock, a session that was
   * ended.
   */
  private static final Set<Integer> OF_MARIADB =
      Set.of(3, 1021, 1040, 1053, 1114, 1205, 1213, 1927);

  /** SQLSTATE class of a connection that is not there (ISO/IEC 9075-2). */
  private static final String NO_CONNECTION = "08";

  private static final int LOW_BYTE = 0xff;

  private PassingTrouble() {}

  static boolean isIt(SQLException trouble) {
    if (trouble instanceof org.sqlite.SQLiteException) {
      return OF_SQLITE.contains(trouble.getErrorCode() & LOW_BYTE);
    }
    String state = trouble.getSQLState();
    return trouble instanceof SQLTransientException
        || (state != null && state.startsWith(NO_CONNECTION))
        || OF_MARIADB.contains(trouble.getErrorCode());
  }
}
