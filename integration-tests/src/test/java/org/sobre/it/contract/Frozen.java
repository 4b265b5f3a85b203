package org.sobre.it.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Files of a real run of version 1, which never change: see PROVENANCE.md beside them. */
final class Frozen {

  static final Path ROOT = Path.of("src/test/resources/frozen/v1").toAbsolutePath();
  static final Path LEDGER = ROOT.resolve("ledger");

  private Frozen() {}

  static Path file(String name) {
    return ROOT.resolve(name);
  }

  static String text(String name) {
    return Contract.read(file(name));
  }

  /** All below a directory, by their names from {@link #ROOT}, in order. */
  static List<String> files(String directory) {
    try (Stream<Path> files = Files.walk(ROOT.resolve(directory))) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> ROOT.relativize(file).toString())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Every line of the ledger, file by file. */
  static Stream<String> ledgerLines() {
    return files("ledger").stream().flatMap(file -> text(file).lines());
  }
}
