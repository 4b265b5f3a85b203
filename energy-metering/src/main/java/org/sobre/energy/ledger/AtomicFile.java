package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** A file that is always either the old text or the new one, whenever the power goes. */
public final class AtomicFile {

  /** What a file is to have. */
  public interface Content {
    void writeTo(OutputStream file) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Writes beside the file, makes the text durable, puts it in the file's place, makes that
   * durable. One writer a file. What is a link is not written through.
   *
   * @param permissions that the new file has at most: the process's umask may take some away
   * @throws IOException if the text could not be made durable; the old file is then still there
   */
  public static void replace(Path file, String text, Set<PosixFilePermission> permissions)
      throws IOException {
    replace(file, content(text), permissions);
  }

  /** As {@link #replace(Path, String, Set)}, of what need not be in memory as a whole. */
  public static void replace(Path file, Content content, Set<PosixFilePermission> permissions)
      throws IOException {
    Path target = file.toAbsolutePath();
    put(written(target, content, permissions), target);
  }

  /**
   * As {@link #replace}, for a file that another program reads: the new one has the mode, owner and
   * group of the old, and where there was none exactly these permissions, whatever the umask.
   *
   * @throws IOException also if the owner cannot be kept, which takes root; the old file is then
   *     still there
   */
  public static void replaceKeeping(
      Path file, String text, Set<PosixFilePermission> permissionsOfANewOne) throws IOException {
    Path target = file.toAbsolutePath();
    Path beside = written(target, content(text), permissionsOfANewOne);
    if (Files.exists(target)) {
      keep(Files.readAttributes(target, PosixFileAttributes.class), beside);
    } else {
      Files.setPosixFilePermissions(beside, permissionsOfANewOne);
    }
    put(beside, target);
  }

  /** A file beside another, durable, that is to take its place. */
  public interface Prepared {
    /**
     * It takes the place; that is durable when it returns.
     *
     * @throws IOException if it cannot; the old file is then still there
     */
    void put() throws IOException;
  }

  /**
   * Writes beside a file that is there what is to take its place, with the mode, owner and group of
   * the old.
   *
   * @throws IOException also if the owner cannot be kept, which takes root
   */
  public static Prepared prepareKeeping(Path file, Content content) throws IOException {
    Path target = file.toAbsolutePath();
    PosixFileAttributes old =
        Files.readAttributes(target, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    try {
      Path beside = written(target, content, old.permissions());
      keep(old, beside);
      return () -> put(beside, target);
    } catch (IOException e) {
      Files.deleteIfExists(beside(target));
      throw e;
    }
  }

  /** A file that root made in a directory of somebody else's is theirs, as what they make is. */
  public static void belongToDirectory(Path file) throws IOException {
    Path directory = requireNonNull(file.toAbsolutePath().getParent());
    PosixFileAttributes theirs = Files.readAttributes(directory, PosixFileAttributes.class);
    PosixFileAttributeView view =
        Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view.readAttributes().owner().getName().equals("root")
        && !theirs.owner().getName().equals("root")) {
      view.setOwner(theirs.owner());
      view.setGroup(theirs.group());
    }
  }

  private static void keep(PosixFileAttributes old, Path beside) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(beside, PosixFileAttributeView.class);
    PosixFileAttributes made = view.readAttributes();
    if (!made.owner().equals(old.owner())) {
      view.setOwner(old.owner());
    }
    if (!made.group().equals(old.group())) {
      view.setGroup(old.group());
    }
    view.setPermissions(old.permissions());
  }

  private static Content content(String text) {
    return file -> file.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Path beside(Path target) {
    return target.resolveSibling(target.getFileName() + ".new");
  }

  private static Path written(Path target, Content content, Set<PosixFilePermission> permissions)
      throws IOException {
    Path beside = beside(target);
    try (FileChannel channel =
        FileChannel.open(
            beside,
            Set.of(
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS),
            PosixFilePermissions.asFileAttribute(permissions))) {
      content.writeTo(Channels.newOutputStream(channel));
      channel.force(true);
    }
    return beside;
  }

  private static void put(Path beside, Path target) throws IOException {
    Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectory(target);
  }

  static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** Makes the name of a new file durable: fsync of the file alone does not. */
  public static void forceDirectory(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
