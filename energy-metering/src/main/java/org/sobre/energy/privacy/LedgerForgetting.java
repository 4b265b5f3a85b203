package org.sobre.energy.privacy;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.sobre.energy.ledger.AtomicFile;
import org.sobre.energy.ledger.ForgottenRecord;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LedgerDirectory.LedgerFile;

/**
 * Takes the persons out of a ledger's old months, file by file, under keys that nobody has when it
 * ends: one for each month, so that what links a person's jobs in one month links none in another.
 * Whenever it is killed, each file is the old one or the new one, the record tells of every new
 * one, and the next time goes on.
 */
public final class LedgerForgetting {

  /**
   * What it did, or would do.
   *
   * @param before the first month whose persons are kept
   * @param files that have no persons now
   * @param months of them
   * @param lines of them
   * @param fragments that they had and have no more
   * @param keptBack how many files are old enough, and what a node wrote last
   * @param left files that were to be changed and could not: links, and files with a line that
   *     cannot be read; each begins with its path
   */
  public record Result(
      YearMonth before,
      int files,
      int months,
      long lines,
      long fragments,
      int keptBack,
      List<String> left) {
    public Result {
      left = List.copyOf(left);
    }
  }

  private final LedgerDirectory ledger;
  private final Set<String> publicWords;
  private final Set<String> gone;
  private final Clock clock;
  private final SecureRandom random;
  private final FilesSeen progress;
  private final Map<YearMonth, PersonlessLine> byMonth = new HashMap<>();

  /**
   * @param publicWords as {@link PersonlessLine#publicWords}
   * @param gone nodes that do not come back
   */
  public LedgerForgetting(
      LedgerDirectory ledger,
      Set<String> publicWords,
      Set<String> gone,
      Clock clock,
      SecureRandom random,
      FilesSeen progress) {
    this.ledger = requireNonNull(ledger, "ledger");
    this.publicWords = Set.copyOf(publicWords);
    this.gone = Set.copyOf(gone);
    this.clock = requireNonNull(clock, "clock");
    this.random = requireNonNull(random, "random");
    this.progress = requireNonNull(progress, "progress");
  }

  /**
   * The first month in which a line may be younger than a time: what comes before it is older,
   * whatever the hour.
   */
  public static YearMonth firstKept(Period retention, Clock clock) {
    return YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC).toLocalDate().minus(retention));
  }

  /** The newest month that may be given: the current one and the last are written still. */
  public static YearMonth latest(Clock clock) {
    return YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC)).minusMonths(1);
  }

  /** What {@link #run} would do; reads no line and changes nothing. */
  public Result plan(YearMonth before) throws IOException {
    YearMonth first = earlier(before);
    ForgettablePlan plan = ForgettablePlan.of(ledger, ForgottenRecord.read(ledger), first, gone);
    return result(first, plan, plan.due(), 0, 0, new ArrayList<>());
  }

  /**
   * @param before the first month whose persons are kept; the current month and the one before it
   *     are kept in any case
   * @throws IOException if a file cannot be read or replaced, or another process does the same;
   *     what was replaced before that stays
   */
  public Result run(YearMonth before) throws IOException {
    YearMonth first = earlier(before);
    ForgottenRecord record = ForgottenRecord.read(ledger);
    ForgettablePlan plan = ForgettablePlan.of(ledger, record, first, gone);
    if (plan.due().isEmpty() && record.isSettled() && !isNews(record, first)) {
      return result(first, plan, List.of(), 0, 0, new ArrayList<>());
    }
    try (FileChannel own = lockFile();
        FileLock lock = lock(own)) {
      requireNonNull(lock);
      // another process may have been here before the lock was ours
      return replace(first);
    }
  }

  /** Also where no file had to go, what else names persons of these months is to. */
  private static boolean isNews(ForgottenRecord record, YearMonth first) {
    return record.bytes() > 0
        && record.firstKept().filter(known -> !known.isBefore(first)).isEmpty();
  }

  private YearMonth earlier(YearMonth before) {
    YearMonth latest = latest(clock);
    return before.isAfter(latest) ? latest : before;
  }

  private Result replace(YearMonth first) throws IOException {
    ForgottenRecord record = ForgottenRecord.read(ledger);
    ForgettablePlan plan = ForgettablePlan.of(ledger, record, first, gone);
    List<LedgerFile> done = new ArrayList<>();
    List<String> left = new ArrayList<>();
    long lines = 0;
    long fragments = 0;
    int seen = 0;
    for (LedgerFile file : plan.due()) {
      try {
        ForgottenRecord.Entry entry = replace(file, record);
        lines += entry.lines();
        fragments += entry.leftOut();
        done.add(file);
      } catch (ForgottenFile.Unreadable e) {
        left.add(String.valueOf(e.getMessage()));
      }
      progress.file(++seen, plan.due().size());
    }
    if (!done.isEmpty() || !record.isSettled() || isNews(record, first)) {
      record.settle(ledger, now(), first);
    }
    return result(first, plan, done, lines, fragments, left);
  }

  private ForgottenRecord.Entry replace(LedgerFile file, ForgottenRecord record)
      throws IOException {
    YearMonth month = ForgettablePlan.month(file).orElseThrow();
    PersonlessLine personless =
        byMonth.computeIfAbsent(
            month, any -> new PersonlessLine(Pseudonyms.ofLostKey(random), Set.of(), publicWords));
    long size = Files.size(file.path());
    ForgottenFile.Made made =
        new ForgottenFile(file.path(), personless, record, random)
            .make(ForgettablePlan.path(ledger, file), month, now());
    if (Files.size(file.path()) != size) {
      throw new FileSystemException(
          file.path().toString(), null, "expected a file that nobody writes, found one that grows");
    }
    record.append(ledger, made.entry());
    made.prepared().put();
    record.rechained(made.rechained());
    return made.entry();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS);
  }

  /** A file of its own: who closes any descriptor of a locked file lets its lock go (fcntl). */
  private FileChannel lockFile() throws IOException {
    Path file = ledger.root().resolve(".forgetting");
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
    AtomicFile.belongToDirectory(file);
    return channel;
  }

  private FileLock lock(FileChannel channel) throws IOException {
    FileLock lock;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new FileSystemException(
          ledger.root().toString(), null, "another process takes persons out of this ledger now");
    }
    return lock;
  }

  private static Result result(
      YearMonth first,
      ForgettablePlan plan,
      List<LedgerFile> files,
      long lines,
      long fragments,
      List<String> left) {
    plan.links().forEach(link -> left.add(link + ": a link, and no file of a node's"));
    long months = files.stream().map(LedgerFile::month).distinct().count();
    return new Result(
        first, files.size(), (int) months, lines, fragments, plan.keptBack().size(), left);
  }
}
