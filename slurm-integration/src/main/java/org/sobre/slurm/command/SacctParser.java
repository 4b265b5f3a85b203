package org.sobre.slurm.command;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what {@code sacct -X -D -n -P --delimiter=US -o FIELDS} prints, times as {@code %s}. Pure.
 */
final class SacctParser {

  /**
   * ASCII's unit separator between bars: names and comments hold {@code |}, and hardly this. Alone
   * it would be taken for a blank at the end of an argument, which Commons Exec trims (seen).
   */
  static final String SEPARATOR = "|\u001f|";

  private static final Pattern BETWEEN = Pattern.compile(Pattern.quote(SEPARATOR));

  /** The comment last: anything may stand in it, a newline too. */
  static final String FIELDS =
      "Cluster,JobIDRaw,JobID,User,UID,Account,State,Submit,Start,End,ElapsedRaw,ReqTRES,AllocTRES,"
          + "NNodes,Partition,AdminComment";

  private static final int COUNT_OF_FIELDS = 16;
  private static final Pattern GPUS = Pattern.compile("(?:^|,)gres/gpu=(\\d{1,6})(?:,|$)");

  /** {@code Unknown}, {@code None}: not yet, or never. */
  private static final Pattern SECONDS = Pattern.compile("\\d{1,12}");

  private SacctParser() {}

  /**
   * A record that says what no job does (slurmdbd keeps times that ran backwards) hides no other.
   *
   * @throws IllegalArgumentException if the text does not begin with a record
   */
  static AccountedJobs parse(String text) {
    List<AccountedJob> jobs = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    for (String record : records(text)) {
      try {
        jobs.add(job(record));
      } catch (IllegalArgumentException e) {
        leftOut.add(String.valueOf(e.getMessage()));
      }
    }
    return new AccountedJobs(jobs, leftOut);
  }

  /** A line with fewer fields goes on with the comment of the one before. */
  private static List<String> records(String text) {
    List<String> records = new ArrayList<>();
    for (String line : text.split("\n", -1)) {
      int last = records.size() - 1;
      if (isRecord(line)) {
        records.add(line);
      } else if (last >= 0) {
        records.set(last, records.get(last) + "\n" + line);
      } else if (!line.isBlank()) {
        throw unreadable(line);
      }
    }
    return records;
  }

  private static boolean isRecord(String line) {
    return BETWEEN.matcher(line).results().count() >= COUNT_OF_FIELDS - 1;
  }

  private static AccountedJob job(String record) {
    String[] fields = BETWEEN.split(record, COUNT_OF_FIELDS);
    try {
      return new AccountedJob(
          fields[0],
          Long.parseLong(fields[1]),
          fields[2],
          text(fields[3]),
          Integer.parseUnsignedInt(fields[4]),
          text(fields[5]),
          fields[6].split(" ", 2)[0],
          time(fields[7]).orElseThrow(() -> unreadable(record)),
          time(fields[8]),
          time(fields[9]),
          Duration.ofSeconds(Long.parseLong(fields[10])),
          fields[11],
          gpus(fields[12]),
          Integer.parseInt(fields[13]),
          text(fields[14]),
          text(fields[15].stripTrailing()));
    } catch (NumberFormatException e) {
      throw unreadable(record);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("job " + fields[2] + ": " + e.getMessage(), e);
    }
  }

  private static Optional<String> text(String field) {
    return Optional.of(field).filter(text -> !text.isBlank());
  }

  private static Optional<Instant> time(String field) {
    return Optional.of(field)
        .filter(text -> SECONDS.matcher(text).matches())
        .map(Long::parseLong)
        .filter(seconds -> seconds > 0)
        .map(Instant::ofEpochSecond);
  }

  static OptionalInt gpus(String tres) {
    Matcher m = GPUS.matcher(tres);
    return m.find() ? OptionalInt.of(Integer.parseInt(m.group(1))) : OptionalInt.empty();
  }

  private static IllegalArgumentException unreadable(String record) {
    return new IllegalArgumentException(
        "expected "
            + COUNT_OF_FIELDS
            + " fields ("
            + FIELDS
            + "), found \""
            + record.replace(SEPARATOR, "|")
            + "\"");
  }
}
