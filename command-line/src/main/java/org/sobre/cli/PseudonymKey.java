package org.sobre.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import org.sobre.energy.privacy.Pseudonyms;
import org.sobre.hardware.message.Messages;

/**
 * The file of a key under which the same person has the same pseudonym in each export: 64
 * hexadecimal digits. Who has it can find persons by trying names.
 */
final class PseudonymKey {

  private static final Messages MESSAGES = Messages.of(PseudonymKey.class);
  private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> OTHERS =
      PosixFilePermissions.fromString("------rwx");

  private PseudonymKey() {}

  /**
   * The key of a file; a new one where the file is not there.
   *
   * @throws Failure if others may read it, or it has no key
   */
  static byte[] of(Path file, SecureRandom random) throws IOException {
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] key = Pseudonyms.newKey(random);
      try (var channel =
          Files.newByteChannel(
              file,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(OWN))) {
        String text = HexFormat.of().formatHex(key) + "\n";
        channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
      }
      return key;
    }
    if (Files.getPosixFilePermissions(file).stream().anyMatch(OTHERS::contains)) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("export.key.open", file));
    }
    byte[] read = Files.readAllBytes(file);
    String text = new String(read, StandardCharsets.US_ASCII).strip();
    if (!text.matches("[0-9a-f]{" + 2 * Pseudonyms.KEY_BYTES + "}")) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("export.key.form", file, read.length));
    }
    return HexFormat.of().parseHex(text);
  }
}
