package org.sobre.accounting.slurm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Comments that are to be written, newest job first, as a file: who has the database writes it, who
 * may write into Slurm's accounting reads it. A head line, then a line each of submit and end in
 * seconds since 1970, the job's name and the comment, with tabs between.
 */
public final class CommentList {

  /**
   * One comment.
   *
   * @param submit tells this start of the job from its others
   * @param name as sacctmgr takes it for this job alone: {@code 12}, {@code 12_3}, {@code 12+1}
   */
  public record Entry(Instant submit, Instant end, String name, String comment) {

    public Entry {
      if (!comment.startsWith(JobComment.MARK) || name.isBlank()) {
        throw new IllegalArgumentException(
            "expected a job and a comment of ours, found \"" + name + "\", \"" + comment + "\"");
      }
    }
  }

  private static final String HEAD = "# sobre-comments/1";
  private static final int COUNT_OF_FIELDS = 4;

  private CommentList() {}

  /** Pure. */
  static String text(List<Entry> entries) {
    return entries.stream()
        .map(
            entry ->
                entry.submit().getEpochSecond()
                    + "\t"
                    + entry.end().getEpochSecond()
                    + "\t"
                    + entry.name()
                    + "\t"
                    + entry.comment()
                    + "\n")
        .collect(Collectors.joining("", HEAD + "\n", ""));
  }

  /**
   * Pure.
   *
   * @throws IllegalArgumentException naming the line, if it is none of these
   */
  static List<Entry> parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.isEmpty() || !lines.get(0).equals(HEAD)) {
      throw new IllegalArgumentException("expected a first line \"" + HEAD + "\", found another");
    }
    return lines.stream().skip(1).map(CommentList::entry).toList();
  }

  private static Entry entry(String line) {
    String[] fields = line.split("\t", COUNT_OF_FIELDS);
    try {
      if (fields.length == COUNT_OF_FIELDS) {
        return new Entry(
            Instant.ofEpochSecond(Long.parseLong(fields[0])),
            Instant.ofEpochSecond(Long.parseLong(fields[1])),
            fields[2],
            fields[3]);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw new IllegalArgumentException(
        "expected submit, end, job and comment with tabs between, found \"" + line + "\"");
  }

  /** Replaces the file in one step. Its directory says who may read it. */
  public static void write(Path file, List<Entry> entries) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path made = Files.createTempFile(directory, ".comments", "");
    try {
      Files.writeString(made, text(entries));
      Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-r--r--"));
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(made);
    }
  }

  /**
   * Absent where there is no such file: then nothing is to be written.
   *
   * @throws IOException also if it is no such list
   */
  public static Optional<List<Entry>> read(Path file) throws IOException {
    if (Files.notExists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse(Files.readString(file)));
    } catch (IllegalArgumentException e) {
      throw new IOException(file + ": " + e.getMessage(), e);
    }
  }
}
