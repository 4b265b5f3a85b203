package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;

/**
 * What {@code LEDGER/forgotten.jsonl} says: of which files of the ledger the persons were taken
 * out, and what that made of the hashes of lines which other files are chained to. While files are
 * replaced it is appended to, a line durable before the file it tells of takes its name; a line
 * that was cut short says nothing. When all have their names it is written anew, without the hashes
 * that nothing is chained to any more: who has a hash of a line and all of the line but the person
 * can try persons out.
 */
public final class ForgottenRecord {

  /** In the ledger's directory. */
  public static final String FILE_NAME = "forgotten.jsonl";

  /**
   * A line that nothing in its own file follows.
   *
   * @param before its hash with its persons, as {@link LineHeader#prev()} of what follows has it;
   *     absent once nothing has it
   * @param after its hash without
   */
  public record Link(long seq, Optional<String> before, String after) {
    public Link {
      requireNonNull(before, "before");
      requireNonNull(after, "after");
    }
  }

  /**
   * What a line has as its {@code prev} in place of the hash of a line that has its persons still,
   * in another file. Drawn by lot, so that the file tells nobody's hash; when the other line has
   * lost its persons, this record alone is written anew.
   *
   * @param as 16 hexadecimal digits
   * @param hash of the line that it stands for
   */
  public record StandIn(String as, String hash) {
    public StandIn {
      requireNonNull(as, "as");
      requireNonNull(hash, "hash");
    }
  }

  /**
   * A file without persons.
   *
   * @param path below the ledger, {@code n042/2024-01.5f0c3a1e.jsonl}
   * @param bytes its size
   * @param digest the first 16 hexadecimal digits of the SHA-256 of its bytes
   * @param lines that it has
   * @param leftOut fragments that it had and has no more
   * @param chainedTo by stand-ins: lines of other files that had their persons still
   */
  public record Entry(
      String path,
      YearMonth month,
      Instant at,
      long bytes,
      String digest,
      long lines,
      long leftOut,
      List<Link> links,
      List<StandIn> chainedTo) {
    public Entry {
      requireNonNull(path, "path");
      requireNonNull(month, "month");
      requireNonNull(at, "at");
      requireNonNull(digest, "digest");
      links = List.copyOf(links);
      chainedTo = List.copyOf(chainedTo);
    }

    Entry with(List<Link> otherLinks, List<StandIn> others) {
      return new Entry(path, month, at, bytes, digest, lines, leftOut, otherLinks, others);
    }
  }

  private final Map<String, Entry> latest = new LinkedHashMap<>();
  private final RehashedLines rehashed = new RehashedLines();
  private final Set<String> unsettled = new HashSet<>();
  private final Set<String> rechained = new HashSet<>();
  private Optional<YearMonth> firstKept = Optional.empty();
  private long bytes;

  private ForgottenRecord() {}

  /** One that says nothing, where there is no such file. */
  public static ForgottenRecord read(LedgerDirectory ledger) throws IOException {
    ForgottenRecord record = new ForgottenRecord();
    try (InputStream in = Files.newInputStream(file(ledger), LinkOption.NOFOLLOW_LINKS)) {
      RawLine.Reader lines = new RawLine.Reader(in, 0, 0);
      for (Optional<RawLine> raw = lines.next(); raw.isPresent(); raw = lines.next()) {
        record.bytes = raw.get().end();
        record.take(raw.get().text());
      }
    } catch (NoSuchFileException e) {
      return record;
    }
    return record;
  }

  /** Of the whole record, without reading it; 0 where there is none. */
  public static long size(LedgerDirectory ledger) throws IOException {
    return new ForgottenRecordFile(file(ledger)).size();
  }

  public static Path file(LedgerDirectory ledger) {
    return ledger.root().resolve(FILE_NAME);
  }

  /** A file's line is durable when it returns; its file may then take its name. */
  public void append(LedgerDirectory ledger, Entry entry) throws IOException {
    new ForgottenRecordFile(file(ledger)).append(ForgottenEntryJson.text(entry));
    take(entry);
  }

  /** Lines that had these hashes as their {@code prev} have others by now, in their files. */
  public void rechained(Set<String> hashes) {
    rechained.addAll(hashes);
  }

  /**
   * All files that were told of have their names: who reads the ledger from now on finds no older
   * text.
   *
   * @param kept the first month whose persons are kept
   */
  public void settle(LedgerDirectory ledger, Instant at, YearMonth kept) throws IOException {
    YearMonth first = firstKept.filter(known -> known.isAfter(kept)).orElse(kept);
    // what follows such a line has its stand-in, so nothing has its hash
    latest.values().stream()
        .flatMap(entry -> entry.chainedTo().stream())
        .forEach(standIn -> rechained.add(standIn.hash()));
    Set<String> bootsBeforeKept = bootsWithPersons(ledger);
    StringBuilder all = new StringBuilder();
    for (Entry entry : latest.values()) {
      boolean isBeforeKept = bootsBeforeKept.contains(boot(entry.path()));
      Entry settled = entry.with(settled(entry.links(), isBeforeKept), now(entry.chainedTo()));
      all.append(ForgottenEntryJson.text(settled)).append('\n');
    }
    all.append(ForgottenEntryJson.done(at, first)).append('\n');
    new ForgottenRecordFile(file(ledger)).replace(all.toString());
  }

  /** Without hashes that no line has as its {@code prev}. */
  private List<Link> settled(List<Link> links, boolean isBeforeKept) {
    List<Link> settled = new ArrayList<>();
    for (Link link : links) {
      boolean isNeeded = isBeforeKept && link.before().filter(rechained::contains).isEmpty();
      settled.add(isNeeded ? link : new Link(link.seq(), Optional.empty(), link.after()));
    }
    return settled;
  }

  private List<StandIn> now(List<StandIn> chainedTo) {
    return chainedTo.stream()
        .map(standIn -> new StandIn(standIn.as(), now(standIn.hash())))
        .toList();
  }

  /** Node and begin of the boot of those that have a file with its persons. */
  private Set<String> bootsWithPersons(LedgerDirectory ledger) throws IOException {
    Set<String> boots = new HashSet<>();
    for (String node : ledger.nodes()) {
      for (LedgerDirectory.LedgerFile file : ledger.files(node)) {
        String path = node + "/" + file.path().getFileName();
        if (!latest.containsKey(path)) {
          boots.add(boot(path));
        }
      }
    }
    return boots;
  }

  /** Without the month. */
  private static String boot(String path) {
    int slash = path.indexOf('/');
    return path.substring(0, slash + 1) + path.substring(path.indexOf('.', slash) + 1);
  }

  /** Of the whole file: it has grown when it says more. */
  public long bytes() {
    return bytes;
  }

  /** Whether every file told of has its name for certain. */
  public boolean isSettled() {
    return unsettled.isEmpty();
  }

  /** The first month whose persons are kept; absent before the first time. */
  public Optional<YearMonth> firstKept() {
    return firstKept;
  }

  /** The last word on each file. */
  public List<Entry> entries() {
    return List.copyOf(latest.values());
  }

  /** The last word on a file. */
  public Optional<Entry> of(String path) {
    return Optional.ofNullable(latest.get(path));
  }

  /** Whether a file that was told of may not have its name: its process may have been killed. */
  public boolean isUnsettled(String path) {
    return unsettled.contains(path);
  }

  /** Whether a hash is that of a line that has no person, or never had one. */
  public boolean isWithoutPersons(String hash) {
    return rehashed.isWithoutPersons(hash);
  }

  /** The hash, as it is by now, of the line that a {@code prev} stands in for. */
  public Optional<String> standsFor(String prev) {
    return rehashed.standsFor(prev);
  }

  /** The hash that a line has by now: another than it had where it lost its persons since. */
  public String now(String hash) {
    return rehashed.now(hash);
  }

  /** Whether a line of that hash is what was chained to: it is, or was before it lost persons. */
  public boolean isLink(String prev, String hash) {
    return rehashed.isLink(prev, hash);
  }

  private void take(String text) {
    try {
      JsonObject json = JsonObject.parse(text);
      if (json.requiredInteger("v") != LedgerCodec.VERSION) {
        return;
      }
      switch (json.requiredString("kind")) {
        case "file" -> take(ForgottenEntryJson.entry(json));
        case "done" -> {
          unsettled.clear();
          YearMonth told = YearMonth.parse(json.requiredString("before"));
          firstKept = firstKept.filter(known -> known.isAfter(told)).or(() -> Optional.of(told));
        }
        default -> {}
      }
    } catch (JsonShapeException | DateTimeException e) {
      // cut short by a crash: its file has not taken its name
    }
  }

  private void take(Entry entry) {
    latest.put(entry.path(), entry);
    unsettled.add(entry.path());
    entry.links().forEach(rehashed::add);
    entry.chainedTo().forEach(rehashed::add);
  }
}
