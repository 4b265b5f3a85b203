package org.sobre.energy.privacy;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.YearMonth;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.BootLine.PreviousBoot;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerDirectory.LedgerFile;
import org.sobre.energy.ledger.LedgerLine;
import org.sobre.energy.ledger.LineHeader;

/**
 * A whole ledger without persons, in a directory of its own: chained anew, so that it is verified,
 * ingested and reported as any. It has its name when all of it is on the disk.
 */
public final class LedgerExport {

  /** Beside the export while it is written; one that was interrupted keeps this name. */
  public static final String PARTIAL = ".partial";

  /**
   * What to export.
   *
   * @param since the first month, in UTC; absent: from the begin
   * @param until the last month; absent: to the end
   */
  public record Wanted(Optional<YearMonth> since, Optional<YearMonth> until) {
    public static final Wanted ALL = new Wanted(Optional.empty(), Optional.empty());

    public Wanted {
      if (since.isPresent() && until.filter(since.get()::isAfter).isPresent()) {
        throw new IllegalArgumentException(
            "expected a last month that is not before the first, found " + since + ", " + until);
      }
    }

    boolean isAll() {
      return since.isEmpty() && until.isEmpty();
    }
  }

  /**
   * What came of it.
   *
   * @param leftOut lines that nobody can read, and are not in the export
   * @param fragments of lines that were cut short, neither
   */
  public record Result(int files, long lines, long leftOut, long fragments) {}

  private final LedgerDirectory from;
  private final PersonlessLine personless;
  private final Wanted wanted;
  private final FilesSeen progress;
  private int filesDone;
  private int filesWritten;
  private long lines;
  private long leftOut;
  private long fragments;

  public LedgerExport(
      LedgerDirectory from, PersonlessLine personless, Wanted wanted, FilesSeen progress) {
    this.from = requireNonNull(from, "from");
    this.personless = requireNonNull(personless, "personless");
    this.wanted = requireNonNull(wanted, "wanted");
    this.progress = requireNonNull(progress, "progress");
  }

  /**
   * @param to a directory that is not there, or empty
   * @throws FileAlreadyExistsException if there is something in it, or what an interrupted export
   *     left lies beside it
   * @throws IOException if something cannot be read or written; then there is no export
   */
  public Result write(Path to) throws IOException {
    Path target = to.toAbsolutePath().normalize();
    refuseFull(target);
    Path partial = target.resolveSibling(target.getFileName() + PARTIAL);
    Files.createDirectory(partial);
    int total = 0;
    for (String node : from.nodes()) {
      total += from.files(node).size();
    }
    for (String node : from.nodes()) {
      node(node, new LedgerDirectory(partial), total);
    }
    AtomicFile.forceDirectory(partial.resolve("."));
    Files.move(
        partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    AtomicFile.forceDirectory(target);
    return new Result(filesWritten, lines, leftOut, fragments);
  }

  private static void refuseFull(Path target) throws IOException {
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      try (Stream<Path> entries = Files.list(target)) {
        if (entries.findAny().isPresent()) {
          throw new FileAlreadyExistsException(target.toString());
        }
      }
    }
  }

  /** What was written of a boot. */
  private record Written(String boot, long lastSeq) {}

  private void node(String node, LedgerDirectory to, int total) throws IOException {
    Map<String, List<LedgerFile>> byBoot = new LinkedHashMap<>();
    for (LedgerFile file : from.files(node)) {
      if (Files.isRegularFile(file.path(), LinkOption.NOFOLLOW_LINKS)) {
        byBoot.computeIfAbsent(file.bootStart(), start -> new ArrayList<>()).add(file);
      }
    }
    Map<String, Written> written = new HashMap<>();
    for (String boot : inTheirOrder(byBoot)) {
      List<LedgerFile> files = byBoot.getOrDefault(boot, List.of());
      boot(files, to, written);
      filesDone += files.size();
      progress.file(filesDone, total);
    }
  }

  /** A boot after the one that its first line names. */
  private static List<String> inTheirOrder(Map<String, List<LedgerFile>> byBoot)
      throws IOException {
    Map<String, String> previous = new HashMap<>();
    for (Map.Entry<String, List<LedgerFile>> boot : byBoot.entrySet()) {
      try (BootLines lines = new BootLines(boot.getValue())) {
        if (lines.next().orElse(null) instanceof BootLine line && line.previous().isPresent()) {
          previous.put(boot.getKey(), start(line.previous().get().boot()));
        }
      }
    }
    List<String> order = new ArrayList<>();
    for (String boot : byBoot.keySet()) {
      Deque<String> before = new ArrayDeque<>();
      String at = boot;
      while (at != null && byBoot.containsKey(at) && !order.contains(at) && !before.contains(at)) {
        before.push(at);
        at = previous.get(at);
      }
      order.addAll(before);
    }
    return order;
  }

  private static String start(String boot) {
    return boot.substring(0, Math.min(8, boot.length()));
  }

  private void boot(List<LedgerFile> files, LedgerDirectory to, Map<String, Written> written)
      throws IOException {
    ExportedMonths months = new ExportedMonths(wanted.since(), wanted.until());
    Optional<BootLine> first = Optional.empty();
    try (BootLines in = new BootLines(files);
        ChainFiles out = new ChainFiles(to)) {
      for (Optional<LedgerLine> next = in.next(); next.isPresent(); next = in.next()) {
        LedgerLine line = next.get();
        if (line instanceof BootLine boot) {
          first = Optional.of(boot);
        }
        Optional<LedgerLine> taken = months.of(line);
        if (out.lastSeq() == 0 && first.isPresent() && (wanted.isAll() || taken.isPresent())) {
          append(linked(first.get(), written), out);
        }
        if (taken.isPresent()) {
          append(taken.get(), out);
        }
        if (out.lastSeq() > 0) {
          String boot = line.header().boot();
          written.put(start(boot), new Written(boot, out.lastSeq()));
        }
      }
      lines += out.lastSeq();
      filesWritten += out.files();
      leftOut += in.leftOut();
      fragments += in.fragments();
    }
  }

  /** To the boot before as it is in the export, if it is. */
  private static BootLine linked(BootLine line, Map<String, Written> written) {
    Optional<PreviousBoot> previous =
        line.previous()
            .map(before -> written.get(start(before.boot())))
            .map(before -> new PreviousBoot(before.boot(), before.lastSeq()));
    return new BootLine(line.header(), line.at(), previous);
  }

  private void append(LedgerLine line, ChainFiles out) throws IOException {
    LineHeader header = line.header();
    LineHeader of =
        new LineHeader(
            header.cluster(),
            personless.node(header.node()),
            personless.boot(header.boot()),
            header.seq(),
            header.prev(),
            header.clockUnset());
    long moved = header.seq() - out.lastSeq() - 1;
    try {
      out.append(of, place -> personless.of(moved == 0 ? line : without(line), place));
    } catch (IllegalArgumentException e) {
      // a number that no job of Slurm's has: it can be read, and nothing can stand for it
      leftOut++;
    }
  }

  /** Which balances hold its shares is not told where they have other numbers. */
  private static LedgerLine without(LedgerLine line) {
    return line instanceof JobLine job
        ? job.withBalances(OptionalLong.empty(), OptionalLong.empty())
        : line;
  }
}
