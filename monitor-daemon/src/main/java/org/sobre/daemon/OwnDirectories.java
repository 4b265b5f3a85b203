package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.sobre.energy.station.OwnStation;

/** Makes the directories of a user's own daemon, for that user alone. */
final class OwnDirectories {

  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");
  private static final FileAttribute<Set<PosixFilePermission>> AS_PRIVATE =
      PosixFilePermissions.asFileAttribute(PRIVATE);

  private OwnDirectories() {}

  /**
   * @throws IOException if one cannot be made, or the run directory is there and is not the user's
   *     alone: in /tmp anybody may have made it
   */
  static void make(OwnStation station, int uid) throws IOException {
    try {
      Files.createDirectory(station.run(), AS_PRIVATE);
    } catch (FileAlreadyExistsException e) {
      refuseUnlessPrivate(station.run(), uid);
    }
    Files.createDirectories(station.ledger(), AS_PRIVATE);
  }

  private static void refuseUnlessPrivate(Path run, int uid) throws IOException {
    if (!OwnStation.isDirectoryOf(run, uid)) {
      throw new IOException(
          run
              + ": expected a directory of uid "
              + uid
              + " that nobody else may write, found "
              + "another's, a link or one that others may write; remove it, or set XDG_RUNTIME_DIR");
    }
    if (!Files.getPosixFilePermissions(run, LinkOption.NOFOLLOW_LINKS).equals(PRIVATE)) {
      Files.setPosixFilePermissions(run, PRIVATE);
    }
  }
}
