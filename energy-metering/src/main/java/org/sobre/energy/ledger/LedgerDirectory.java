package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where the lines are: {@code LEDGER/NODE/YYYY-MM.BOOT8.jsonl}. The month is the UTC month of the
 * last instant a line covers, BOOT8 the first eight characters of the boot id. Lists files; what is
 * in them is for the others.
 *
 * @param root may not exist yet
 */
public record LedgerDirectory(Path root) {

  private static final int BOOT_CHARACTERS = 8;
  private static final DateTimeFormatter MONTH =
      DateTimeFormatter.ofPattern("uuuu-MM", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern FILE_NAME =
      Pattern.compile("(\\d{4}-\\d{2})\\.([0-9A-Za-z_-]{1,8})\\.jsonl");
  private static final Pattern NODE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");

  /**
   * One file of the ledger.
   *
   * @param month {@code 2026-11}
   * @param bootStart the first eight characters of the boot id
   */
  public record LedgerFile(Path path, String node, String month, String bootStart) {}

  public LedgerDirectory {
    requireNonNull(root, "root");
  }

  /** Where a line that covers time until an instant belongs. */
  public Path fileFor(String node, String boot, Instant coversUntil) {
    return nodeDirectory(node).resolve(MONTH.format(coversUntil) + "." + start(boot) + ".jsonl");
  }

  /** Of the nodes that have a directory here, in the order of names. */
  public List<String> nodes() throws IOException {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(root)) {
      return entries
          .filter(Files::isDirectory)
          .map(entry -> entry.getFileName().toString())
          .filter(name -> NODE_NAME.matcher(name).matches())
          .sorted()
          .toList();
    }
  }

  /** All files of a node, by month and then by boot. */
  public List<LedgerFile> files(String node) throws IOException {
    Path directory = nodeDirectory(node);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().flatMap(path -> ledgerFile(node, path)).toList();
    }
  }

  /** The files of one boot of a node, by month. */
  public List<LedgerFile> files(String node, String boot) throws IOException {
    return files(node).stream().filter(file -> file.bootStart().equals(start(boot))).toList();
  }

  private static Stream<LedgerFile> ledgerFile(String node, Path path) {
    Matcher m = FILE_NAME.matcher(path.getFileName().toString());
    return m.matches()
        ? Stream.of(new LedgerFile(path, node, m.group(1), m.group(2)))
        : Stream.empty();
  }

  private Path nodeDirectory(String node) {
    if (!NODE_NAME.matcher(node).matches()) {
      throw new IllegalArgumentException(
          "a node's name must be a host name (letters, digits, dots, dashes), found \""
              + node
              + "\"");
    }
    return root.resolve(node);
  }

  private static String start(String boot) {
    return boot.substring(0, Math.min(BOOT_CHARACTERS, boot.length()));
  }
}
