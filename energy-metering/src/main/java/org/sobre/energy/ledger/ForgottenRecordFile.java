package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** The file of a {@link ForgottenRecord}: lines are appended to it durably, or it is replaced. */
record ForgottenRecordFile(Path path) {

  /** It names no person: who reads the ledger reads it. */
  private static final Set<PosixFilePermission> READABLE =
      PosixFilePermissions.fromString("rw-r-----");

  ForgottenRecordFile {
    requireNonNull(path, "path");
  }

  /** 0 where there is none. */
  long size() throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .size();
    } catch (NoSuchFileException e) {
      return 0;
    }
  }

  /**
   * One line, on a line of its own also after one that was cut short; durable when it returns.
   *
   * @param text without the newline
   */
  void append(String text) throws IOException {
    boolean isNew = !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    try (FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(READABLE))) {
      long size = channel.size();
      String begin = size > 0 && last(channel, size) != '\n' ? "\n" : "";
      channel.position(size);
      AtomicFile.writeFully(channel, (begin + text + "\n").getBytes(StandardCharsets.UTF_8));
      channel.force(true);
    }
    if (isNew) {
      AtomicFile.belongToDirectory(path);
      AtomicFile.forceDirectory(path);
    }
  }

  private static byte last(FileChannel channel, long size) throws IOException {
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, size - 1);
    return last.get(0);
  }

  /**
   * @param text all its lines
   */
  void replace(String text) throws IOException {
    AtomicFile.replaceKeeping(path, text, READABLE);
    AtomicFile.belongToDirectory(path);
  }
}
