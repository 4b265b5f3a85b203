package org.sobre.energy.ledger;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which boots of a node the ledger knows. */
public final class BootHistory {

  private BootHistory() {}

  /**
   * The boot before, for a node that has just started: the one that no other boot names as its
   * previous; of several, the one that began last.
   *
   * @param current boot id of the running boot, which may have lines already
   * @throws IOException if the files cannot be read
   */
  public static Optional<String> bootBefore(LedgerDirectory directory, String node, String current)
      throws IOException {
    List<BootLine> boots = new ArrayList<>();
    Set<String> superseded = new HashSet<>();
    for (LedgerDirectory.LedgerFile file : directory.files(node)) {
      Optional<BootLine> line = bootLine(file);
      if (line.isPresent() && !line.get().header().boot().equals(current)) {
        boots.add(line.get());
        line.get().previous().ifPresent(previous -> superseded.add(previous.boot()));
      }
    }
    return boots.stream()
        .filter(line -> !superseded.contains(line.header().boot()))
        .max(Comparator.comparing(BootLine::at))
        .map(line -> line.header().boot());
  }

  private static Optional<BootLine> bootLine(LedgerDirectory.LedgerFile file) throws IOException {
    try (InputStream in = Files.newInputStream(file.path())) {
      Optional<RawLine> first = new RawLine.Reader(in, 0, 0).next();
      if (first.isPresent() && LedgerCodec.decode(first.get().text()) instanceof BootLine line) {
        return Optional.of(line);
      }
    } catch (LedgerFormatException e) {
      return Optional.empty();
    }
    return Optional.empty();
  }
}
