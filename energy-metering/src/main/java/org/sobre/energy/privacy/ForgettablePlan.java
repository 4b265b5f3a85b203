package org.sobre.energy.privacy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.energy.ledger.ForgottenRecord;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerDirectory.LedgerFile;

/**
 * Which files of a ledger are to lose their persons: those of months before one, but for those that
 * a node may still append to.
 *
 * @param due by month; of these the persons go
 * @param keptBack old enough, and left: what a node wrote last, and what a checkpoint beside it may
 *     still close
 * @param links which are no file of a node's, and are left
 */
record ForgettablePlan(List<LedgerFile> due, List<LedgerFile> keptBack, List<Path> links) {

  ForgettablePlan {
    due = List.copyOf(due);
    keptBack = List.copyOf(keptBack);
    links = List.copyOf(links);
  }

  /**
   * @param before the first month whose persons are kept
   * @param gone nodes that do not come back: what they wrote last is due too
   */
  static ForgettablePlan of(
      LedgerDirectory ledger, ForgottenRecord record, YearMonth before, Set<String> gone)
      throws IOException {
    List<LedgerFile> due = new ArrayList<>();
    List<LedgerFile> keptBack = new ArrayList<>();
    List<Path> links = new ArrayList<>();
    for (String node : ledger.nodes()) {
      List<LedgerFile> files = ledger.files(node);
      Set<Path> open = gone.contains(node) ? Set.of() : open(files);
      boolean isLink = Files.isSymbolicLink(ledger.root().resolve(node));
      for (LedgerFile file : files) {
        Optional<YearMonth> month = month(file);
        if (month.isEmpty() || !month.get().isBefore(before) || isDone(ledger, record, file)) {
          continue;
        }
        if (isLink || !Files.isRegularFile(file.path(), LinkOption.NOFOLLOW_LINKS)) {
          links.add(file.path());
        } else {
          (open.contains(file.path()) ? keptBack : due).add(file);
        }
      }
    }
    due.sort(
        java.util.Comparator.comparing(LedgerFile::month)
            .thenComparing(LedgerFile::node)
            .thenComparing(LedgerFile::path));
    return new ForgettablePlan(due, keptBack, links);
  }

  /** Absent of a name that has the form of a month and is none. */
  static Optional<YearMonth> month(LedgerFile file) {
    try {
      return Optional.of(YearMonth.parse(file.month()));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static String path(LedgerDirectory ledger, LedgerFile file) {
    return file.node() + "/" + file.path().getFileName();
  }

  /** The files of the node's newest month, and the newest of each boot that is not closed. */
  private static Set<Path> open(List<LedgerFile> files) {
    Set<Path> open = new HashSet<>();
    Map<String, LedgerFile> newestOfBoot = new HashMap<>();
    String newest = "";
    for (LedgerFile file : files) {
      newest = newest.compareTo(file.month()) < 0 ? file.month() : newest;
      newestOfBoot.merge(
          file.bootStart(), file, (a, b) -> a.month().compareTo(b.month()) < 0 ? b : a);
    }
    for (LedgerFile file : files) {
      Path checkpoint = file.path().resolveSibling("checkpoint." + file.bootStart() + ".json");
      boolean isLastOfOpenBoot =
          file.equals(newestOfBoot.get(file.bootStart())) && Files.exists(checkpoint);
      if (file.month().equals(newest) || isLastOfOpenBoot) {
        open.add(file.path());
      }
    }
    return open;
  }

  /**
   * Of the size that it was written with; where a process was killed before the file surely had its
   * name, of the same bytes.
   */
  private static boolean isDone(LedgerDirectory ledger, ForgottenRecord record, LedgerFile file)
      throws IOException {
    String path = path(ledger, file);
    Optional<ForgottenRecord.Entry> entry = record.of(path);
    return entry.isPresent()
        && Files.isRegularFile(file.path(), LinkOption.NOFOLLOW_LINKS)
        && Files.size(file.path()) == entry.get().bytes()
        && (!record.isUnsettled(path)
            || ForgottenFile.digest(file.path()).equals(entry.get().digest()));
  }
}
