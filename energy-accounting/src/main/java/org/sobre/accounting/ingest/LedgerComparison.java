package org.sobre.accounting.ingest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.KnownBoots;
import org.sobre.accounting.store.KnownBoots.KnownBoot;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerDirectory.LedgerFile;
import org.sobre.energy.ledger.RawLine;

/**
 * Whether what a store took from a ledger is there still. The ledger alone cannot tell that all of
 * a node's files are gone, nor that the end of its last boot is. Of each boot the last line that
 * the store knows is looked for, by its hash: what came before it is in its {@code prev}.
 */
public final class LedgerComparison {

  private LedgerComparison() {}

  /**
   * A boot whose last known line the ledger does not have.
   *
   * @param hasFiles whether it has any file of that boot
   */
  public record Lost(KnownBoot boot, boolean hasFiles) {}

  /**
   * By cluster, node and boot; none if the ledger has all that the store knows.
   *
   * @return absent where the two cannot be compared: lines that the store knows have lost their
   *     persons since, and the next ingest fills it anew
   */
  public static Optional<List<Lost>> lost(AccountingStore store, LedgerDirectory ledger)
      throws IOException {
    if (new PersonsKept(ledger, store).isBehind()) {
      return Optional.empty();
    }
    List<KnownBoot> known = KnownBoots.of(store);
    Set<String> nodes = Set.copyOf(ledger.nodes());
    List<Lost> lost = new ArrayList<>();
    for (KnownBoot boot : known) {
      List<LedgerFile> files =
          nodes.contains(boot.node()) ? ledger.files(boot.node(), boot.boot()) : List.of();
      if (!isIn(files, boot.lastHash())) {
        lost.add(new Lost(boot, !files.isEmpty()));
      }
    }
    return Optional.of(lost);
  }

  /** The last file first: there it is, unless the boot has gone on since. */
  private static boolean isIn(List<LedgerFile> files, String hash) throws IOException {
    for (int i = files.size() - 1; i >= 0; i--) {
      if (isIn(files.get(i).path(), hash)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isIn(Path file, String hash) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      RawLine.Reader reader = new RawLine.Reader(in, 0, 0);
      for (Optional<RawLine> line = reader.next(); line.isPresent(); line = reader.next()) {
        if (line.get().hash().equals(hash)) {
          return true;
        }
      }
    }
    return false;
  }
}
