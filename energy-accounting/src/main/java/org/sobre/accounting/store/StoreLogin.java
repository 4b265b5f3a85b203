package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/**
 * Who opens a server's database. The password stands in a file, never in the configuration and
 * never on a command line.
 *
 * @param user absent: whom the server lets in without a name
 * @param passwordFile its first line; others than owner and group may not read it
 */
public record StoreLogin(Optional<String> user, Optional<Path> passwordFile) {

  public static final StoreLogin NONE = new StoreLogin(Optional.empty(), Optional.empty());

  private static final Set<PosixFilePermission> OTHERS =
      Set.of(
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE,
          PosixFilePermission.OTHERS_EXECUTE);

  public StoreLogin {
    requireNonNull(user, "user");
    requireNonNull(passwordFile, "passwordFile");
  }

  /**
   * Empty without a file.
   *
   * @throws StoreException if the file cannot be read, or others can
   */
  String password() throws StoreException {
    if (passwordFile.isEmpty()) {
      return "";
    }
    Path file = passwordFile.get();
    try {
      if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
        throw new StoreException(
            file
                + ": expected a file that only its owner and group may read, found one that others"
                + " may; chmod 0640 it (store.passwordFile)");
      }
      return Files.readString(file).lines().findFirst().orElse("").strip();
    } catch (StoreException e) {
      throw e;
    } catch (IOException e) {
      throw new StoreException(
          file
              + ": expected a file with the password of the accounting database that this user may"
              + " read, found "
              + e.getClass().getSimpleName()
              + " (store.passwordFile)",
          e);
    }
  }
}
