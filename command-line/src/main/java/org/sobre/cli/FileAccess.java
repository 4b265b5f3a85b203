package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.LedgerDirectory;

/** What this process may do with ledgers and databases. */
final class FileAccess implements LedgerChoice.Access {

  @Override
  public boolean holdsLines(Path ledger) {
    try {
      return !new LedgerDirectory(ledger).nodes().isEmpty();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public boolean isSame(Path one, Path other) {
    try {
      return Files.isSameFile(one, other);
    } catch (IOException e) {
      Path absolute = one.toAbsolutePath().normalize();
      return absolute.equals(other.toAbsolutePath().normalize());
    }
  }

  /** Behind a directory that is closed to this process nobody knows whether a file is there. */
  @Override
  public boolean isForbidden(Path directory) {
    return !Files.notExists(directory)
        && !(Files.isReadable(directory) && Files.isExecutable(directory));
  }

  /** SQLite writes files of its own beside the database: the directory must be writable, too. */
  @Override
  public boolean isWritable(Path database) {
    @Nullable Path directory = database.getParent();
    while (directory != null && !Files.exists(directory)) {
      directory = directory.getParent();
    }
    return directory != null
        && Files.isDirectory(directory)
        && Files.isWritable(directory)
        && (Files.isWritable(database) || !Files.exists(database));
  }
}
