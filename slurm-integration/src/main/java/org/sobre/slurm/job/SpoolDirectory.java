package org.sobre.slurm.job;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Where the hooks leave their files: {@code /run/sobre/jobs}. Only files of a trusted owner are
 * read; links, odd kinds of file and files over 4 KiB never are.
 */
public final class SpoolDirectory {

  /** On a real node the hooks run as root. */
  public static final IntPredicate ROOT_ONLY = uid -> uid == 0;

  private final Path directory;
  private final IntPredicate trustedOwner;

  /**
   * @param trustedOwner of a file's numeric owner; {@link #ROOT_ONLY} outside of tests
   */
  public SpoolDirectory(Path directory, IntPredicate trustedOwner) {
    this.directory = directory;
    this.trustedOwner = trustedOwner;
  }

  /**
   * What lies in the directory now.
   *
   * @param records in the order of their runs; a run's begin before its end
   * @param ignored files that are not used, each with its reason; one that is still being written
   *     is among them and will be a record at the next reading
   */
  public record Contents(List<SpoolRecord> records, List<Ignored> ignored) {
    public Contents {
      records = List.copyOf(records);
      ignored = List.copyOf(ignored);
    }
  }

  /**
   * @param why for a person: what was expected, what was found
   */
  public record Ignored(Path file, String why) {}

  /** As {@link #read(Predicate)}, all files. */
  public Contents read() throws IOException {
    return read(job -> false);
  }

  /**
   * Reads the files. One that goes away meanwhile is as if it had never been there.
   *
   * @param needless of a run: whether its files are not to be opened
   * @throws IOException if the directory is missing or cannot be listed
   */
  public Contents read(Predicate<JobKey> needless) throws IOException {
    List<SpoolRecord> records = new ArrayList<>();
    List<Ignored> ignored = new ArrayList<>();
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      take(entries, files);
    }
    files.removeIf(file -> keyOf(file).filter(needless).isPresent());
    for (Path file : files) {
      try {
        records.add(SpoolFile.parse(String.valueOf(file.getFileName()), text(file)));
      } catch (SpoolFormatException e) {
        ignored.add(new Ignored(file, String.valueOf(e.getMessage())));
      } catch (IOException e) {
        if (!(e instanceof NoSuchFileException)) {
          ignored.add(new Ignored(file, "cannot be read: " + e));
        }
      }
    }
    records.sort(SpoolDirectory::byRun);
    return new Contents(records, ignored);
  }

  /**
   * @throws IOException if one entry cannot be had
   */
  static void take(Iterable<Path> entries, List<Path> files) throws IOException {
    try {
      entries.forEach(files::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /** Whose file it would be, by its name; the longest part of the work where thousands lie. */
  private static Optional<JobKey> keyOf(Path file) {
    String name = String.valueOf(file.getFileName());
    int end = name.lastIndexOf('.');
    return SpoolFile.isName(name) ? JobKey.parse(name.substring(0, end)) : Optional.empty();
  }

  /** What the prolog told of one run; empty if it is not there or is not used. */
  public Optional<SpoolRecord.Begin> begin(JobKey key) {
    String name = key + ".begin";
    try {
      return SpoolFile.parse(name, text(directory.resolve(name))) instanceof SpoolRecord.Begin begin
          ? Optional.of(begin)
          : Optional.empty();
    } catch (IOException | SpoolFormatException e) {
      return Optional.empty();
    }
  }

  /** Removes both files of a run, if they are there: its job line is safe in the ledger. */
  public void remove(JobKey key) throws IOException {
    for (String name : SpoolFile.names(key)) {
      Files.deleteIfExists(directory.resolve(name));
    }
  }

  /** Removes what an epilog left of a run, if it is there. */
  public void removeEnd(JobKey key) throws IOException {
    Files.deleteIfExists(directory.resolve(key + ".end"));
  }

  private String text(Path file) throws IOException, SpoolFormatException {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(file.toString());
      }
      throw new SpoolFormatException("expected a plain file, found a link, directory or device");
    }
    int owner = (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    if (!trustedOwner.test(owner)) {
      throw new SpoolFormatException("expected a file of root, found one of uid " + owner);
    }
    try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
      byte[] bytes = in.readNBytes(SpoolFile.MAX_BYTES + 1);
      if (bytes.length > SpoolFile.MAX_BYTES) {
        throw new SpoolFormatException("expected at most 4096 bytes, found more");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static int byRun(SpoolRecord a, SpoolRecord b) {
    int byKey = a.key().compareTo(b.key());
    return byKey != 0
        ? byKey
        : Boolean.compare(a instanceof SpoolRecord.End, b instanceof SpoolRecord.End);
  }
}
