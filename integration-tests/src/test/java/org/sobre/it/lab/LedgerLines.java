package org.sobre.it.lab;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The lines of a ledger directory, read without Sobre. */
public final class LedgerLines {

  private final Path directory;

  LedgerLines(Path directory) {
    this.directory = directory;
  }

  /** A node's lines of one kind, oldest file first; none while the node has no directory. */
  public List<Map<String, Object>> of(String node, String kind) {
    Path folder = directory.resolve(node);
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".jsonl"))
          .sorted()
          .flatMap(file -> whole(Lab.read(file)).lines())
          .map(LedgerLines::parse)
          .filter(line -> kind.equals(line.get("kind")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Without a last line that is being written. */
  private static String whole(String lines) {
    return lines.substring(0, lines.lastIndexOf('\n') + 1);
  }

  /** The object under a key. */
  @SuppressWarnings("unchecked") // JSON objects have strings for keys
  public static Map<String, Object> object(Map<String, Object> line, String key) {
    if (line.get(key) instanceof Map<?, ?> object) {
      return (Map<String, Object>) object;
    }
    throw new AssertionError("expected an object under " + key + " in " + line);
  }

  /** The objects of the array under a key; none where there is no such key. */
  @SuppressWarnings("unchecked") // JSON objects have strings for keys
  public static List<Map<String, Object>> objects(Map<String, Object> line, String key) {
    return line.get(key) instanceof List<?> array
        ? array.stream().map(element -> (Map<String, Object>) element).toList()
        : List.of();
  }

  /** The whole number under a key. */
  public static long number(Map<String, Object> line, String key) {
    if (line.get(key) instanceof Number number) {
      return number.longValue();
    }
    throw new AssertionError("expected a number under " + key + " in " + line);
  }

  /** The instant under a key. */
  public static Instant instant(Map<String, Object> line, String key) {
    return Instant.parse(String.valueOf(line.get(key)));
  }

  private static Map<String, Object> parse(String line) {
    try {
      return JSON.std.mapFrom(line);
    } catch (IOException e) {
      throw new UncheckedIOException("not a JSON line: " + line, e);
    }
  }
}
