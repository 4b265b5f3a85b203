package org.sobre.jobs.calibration;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of {@link CalibrationLine}s: a directory of the user's own, with a file for each host it
 * was written on, since no network file system appends in one piece, and one of what is forgotten;
 * and the site's, which is read only. Nothing that goes wrong here stops or delays a command: what
 * cannot be read is not known, what cannot be written is forgotten.
 */
public final class CalibrationStore {

  /** Of a directory the newest: what is read delays a command's start. */
  private static final int MOST_FILES = 16;

  /** Of a profile in a directory, shared among its files: some 50 ms of reading. */
  static final int MOST_LINES = 4096;

  private static final String SUFFIX = ".jsonl";
  private static final Logger LOG = LoggerFactory.getLogger(CalibrationStore.class);

  private final Path own;
  private final String host;
  private final List<Path> shared;
  private final Set<Integer> trusted;

  /**
   * @param own directory of the user's; made when first written to
   * @param host by which the file in it is called
   * @param shared directories of the site's
   * @param trusted uids whose files count there: another user's ceilings would make everybody's
   *     batches small
   */
  public CalibrationStore(Path own, String host, List<Path> shared, Set<Integer> trusted) {
    this.own = own;
    this.host = host.replaceAll("[^A-Za-z0-9._-]", "_");
    this.shared = List.copyOf(shared);
    this.trusted = Set.copyOf(trusted);
  }

  /** Where this host's experiences are written. */
  public Path file() {
    return own.resolve((host.isEmpty() ? "localhost" : host) + SUFFIX);
  }

  /** Of all hosts: however many write after, it is read. */
  private LineFile forgotten() {
    return new LineFile(own.resolve("forgotten" + SUFFIX));
  }

  /** What is known of a profile, and not forgotten since, oldest first. */
  public List<CalibrationLine> read(String profile) {
    List<CalibrationLine> lines = all(profile);
    Map<CalibrationKey, Instant> until = new HashMap<>();
    lines.stream()
        .filter(CalibrationStore::isForgetting)
        .forEach(line -> until.merge(line.key(), line.at(), CalibrationStore::later));
    return lines.stream()
        .filter(line -> !isForgetting(line))
        .filter(line -> line.at().isAfter(until.getOrDefault(line.key(), Instant.MIN)))
        .toList();
  }

  private static boolean isForgetting(CalibrationLine line) {
    return line.kind() == CalibrationLine.Kind.FORGOTTEN;
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /**
   * Makes a profile's past count no more, the site's for this user too. Nothing is taken out of a
   * file, to which others may be writing: a line says so.
   *
   * @param now lines until then are forgotten, and those of hosts whose clocks are ahead
   * @return what was forgotten, oldest first
   * @throws IOException if it cannot be written down
   */
  public List<CalibrationLine> forget(String profile, Instant now) throws IOException {
    List<CalibrationLine> known = read(profile);
    Map<CalibrationKey, Instant> until = new LinkedHashMap<>();
    known.forEach(line -> until.merge(line.key(), later(line.at(), now), CalibrationStore::later));
    for (Map.Entry<CalibrationKey, Instant> entry : until.entrySet()) {
      forgotten().append(CalibrationLine.forgotten(entry.getKey(), entry.getValue()));
    }
    return known;
  }

  private List<CalibrationLine> all(String profile) {
    List<CalibrationLine> lines = new ArrayList<>(forgotten().last(profile, MOST_LINES));
    lines.addAll(lines(own, profile, file -> !file.equals(forgotten())));
    for (Path directory : shared) {
      lines.addAll(
          lines(directory, profile, file -> file.owner().filter(trusted::contains).isPresent()));
    }
    lines.sort(Comparator.comparing(CalibrationLine::at));
    return List.copyOf(lines);
  }

  private static List<CalibrationLine> lines(
      Path directory, String profile, Predicate<LineFile> counts) {
    List<LineFile> files =
        files(directory).stream()
            .filter(counts)
            .sorted(Comparator.comparingLong(LineFile::changed).reversed())
            .limit(MOST_FILES)
            .toList();
    int each = MOST_LINES / Math.max(1, files.size());
    return files.stream().flatMap(file -> file.last(profile, each).stream()).toList();
  }

  private static List<LineFile> files(Path directory) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      found.forEach(files::add);
    } catch (IOException | RuntimeException e) {
      LOG.debug("no calibration is read from {}", directory, e);
    }
    return files.stream().filter(Files::isRegularFile).map(LineFile::new).toList();
  }

  /**
   * Adds a line to this host's file, in one piece whoever else writes to it.
   *
   * @return whether it is there now
   */
  public boolean append(CalibrationLine line) {
    try {
      keep(line);
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.debug("no calibration is written to {}", file(), e);
      return false;
    }
  }

  /**
   * The same for who wants to know.
   *
   * @throws IOException if it is not there now
   */
  public void keep(CalibrationLine line) throws IOException {
    new LineFile(file()).append(line);
  }
}
