package org.sobre.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A copy of the lab's ledger in which a test changes the first boot of one node, line by line, as
 * somebody with an editor would. Chain and numbers are made here from docs/ledger.md, not by Sobre.
 */
public final class LedgerCopy {

  private static final Pattern SEQ = Pattern.compile("\"seq\":\\d+");
  private static final Pattern PREV = Pattern.compile("\"prev\":\"[0-9a-f]{16}\"");
  private static final Pattern TO = Pattern.compile("\"to\":\"([^\"]+)\"");
  private static final Pattern ELAPSED = Pattern.compile("\"elapsedMs\":(\\d+)");
  private static final Pattern NUMBER = Pattern.compile("\\d+");
  private static final String COPIES = "/srv/copies/";

  private final Path directory;
  private final Path file;
  private final List<String> lines;

  private LedgerCopy(Path directory, Path file, List<String> lines) {
    this.directory = directory;
    this.file = file;
    this.lines = lines;
  }

  /**
   * @param node whose first boot is to be changed; it must have ended, and lie in one file
   * @param name of the copy, which the lab's machines see under {@code /srv/copies}
   */
  public static LedgerCopy of(Lab lab, String node, String name) {
    Path directory = lab.path(COPIES + name);
    try {
      copy(lab.path("/srv/sobre/ledger"), directory);
      Path first = firstBoot(directory.resolve(node));
      return new LedgerCopy(directory, first, new ArrayList<>(Files.readAllLines(first)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path source : files.filter(Files::isRegularFile).filter(LedgerCopy::isLedger).toList()) {
        Path target = to.resolve(from.relativize(source));
        Files.createDirectories(target.getParent());
        Files.copy(source, target);
      }
    }
  }

  private static boolean isLedger(Path path) {
    return path.toString().endsWith(".jsonl");
  }

  private static Path firstBoot(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String first = Files.readAllLines(file).get(0);
        if (first.contains("\"kind\":\"boot\"") && !first.contains("\"previousBoot\":\"")) {
          return file;
        }
      }
    }
    throw new AssertionError("no first boot in " + folder);
  }

  /** The place, from 0, of the first line of that kind that contains the text. */
  public int lineWith(String kind, String text) {
    return lineWith(kind, text, 0);
  }

  /** As the other one, among the lines from a place on. */
  public int lineWith(String kind, String text, int from) {
    return IntStream.range(from, lines.size())
        .filter(place -> lines.get(place).contains("\"kind\":\"" + kind + "\""))
        .filter(place -> lines.get(place).contains(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + kind + " line with " + text + " in " + file));
  }

  /** How {@code sobre ledger verify} calls the line now at this place. */
  public String at(int place) {
    return file.getFileName() + ":" + (place + 1) + ":";
  }

  public int size() {
    return lines.size();
  }

  public String line(int place) {
    return lines.get(place);
  }

  public void change(int place, UnaryOperator<String> change) {
    String changed = change.apply(lines.get(place));
    if (changed.equals(lines.get(place))) {
      throw new AssertionError("nothing changed in " + changed);
    }
    lines.set(place, changed);
  }

  public void remove(int place) {
    lines.remove(place);
  }

  public void insert(int place, String line) {
    lines.add(place, line);
  }

  /** Numbers the lines from 1 on. */
  public void renumber() {
    for (int place = 0; place < lines.size(); place++) {
      lines.set(place, SEQ.matcher(lines.get(place)).replaceFirst("\"seq\":" + (place + 1)));
    }
  }

  /** Gives each line the hash of the one before it. */
  public void rehash() {
    for (int place = 1; place < lines.size(); place++) {
      String prev = "\"prev\":\"" + hash(lines.get(place - 1)) + '"';
      lines.set(place, PREV.matcher(lines.get(place)).replaceFirst(prev));
    }
  }

  private static String hash(String line) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] digest = sha256.digest(line.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest).substring(0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Adds to the first number after a place of the line. */
  public static String add(String line, int after, long difference) {
    Matcher number = NUMBER.matcher(line);
    if (after < 0 || !number.find(after)) {
      throw new AssertionError("no number to change in " + line);
    }
    long sum = Long.parseLong(number.group()) + difference;
    return line.substring(0, number.start()) + sum + line.substring(number.end());
  }

  /** A balance whose last second was taken away, and from its length too. */
  public static String endASecondEarlier(String balance) {
    Matcher to = TO.matcher(balance);
    Matcher elapsed = ELAPSED.matcher(balance);
    if (!to.find() || !elapsed.find()) {
      throw new AssertionError("no end or no length in " + balance);
    }
    String earlier = "\"to\":\"" + Instant.parse(to.group(1)).minusSeconds(1) + '"';
    return add(to.replaceFirst(earlier), elapsed.start(), -1000);
  }

  /** Writes the lines over the copied file. */
  public void write() {
    try {
      Files.writeString(file, String.join("\n", lines) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The copy's directory by the name that it has on the lab's controller. */
  public String asSeenInTheLab() {
    return COPIES + directory.getFileName();
  }
}
