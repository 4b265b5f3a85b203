package org.sobre.slurm.job;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of one spool file, {@code ID.RESTART.begin} or {@code ID.RESTART.end}, as the prolog and
 * epilog write it (SCHEMAS, Spool). Pure: the file itself is {@link SpoolDirectory}'s business.
 */
public final class SpoolFile {

  /** A longer file was not written by our hooks. */
  public static final int MAX_BYTES = 4096;

  private static final Pattern NAME = Pattern.compile("(\\d{1,10}\\.\\d{1,6})\\.(begin|end)");
  private static final Pattern UPTIME = Pattern.compile("\\d{1,9}(\\.\\d{1,9})?");
  private static final int NANOS_DIGITS = 9;

  /** As slurmd gives it to hooks: {@code s} and 13 letters and digits. */
  private static final Pattern SLUID = Pattern.compile("[0-9A-Za-z]{1,32}");

  private SpoolFile() {}

  /** Whether a file of the spool directory has the name of a spool file at all. */
  public static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /** What the files of a run are called. */
  public static List<String> names(JobKey key) {
    return List.of(key + ".begin", key + ".end");
  }

  /**
   * Reads one file.
   *
   * @param name {@code 12345.0.begin}: says which of the two it is, and must agree with the keys
   *     inside
   * @throws SpoolFormatException if the text is too long, unfinished, of a later major version, or
   *     lacks a key that is needed; unknown keys are ignored
   */
  public static SpoolRecord parse(String name, String text) throws SpoolFormatException {
    Matcher form = NAME.matcher(name);
    if (!form.matches()) {
      throw new SpoolFormatException("expected a name as 12345.0.begin or 12345.0.end");
    }
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new SpoolFormatException("expected at most 4096 bytes, found " + bytes);
    }
    SpoolKeys keys = SpoolKeys.of(text);
    keys.refuseOtherVersion();
    JobKey key = key(keys);
    if (!form.group(1).equals(key.toString())) {
      throw new SpoolFormatException("the name says run " + form.group(1) + ", the keys " + key);
    }
    long uptime = uptimeNanos(keys);
    return form.group(2).equals("begin")
        ? new SpoolRecord.Begin(facts(key, keys), uptime)
        : new SpoolRecord.End(key, uptime, waitStatus(keys));
  }

  private static JobKey key(SpoolKeys keys) throws SpoolFormatException {
    String text = keys.required("job") + "." + keys.text("restart").orElse("0");
    return JobKey.parse(text)
        .orElseThrow(
            () ->
                new SpoolFormatException(
                    "job and restart: expected a job id and a count, found " + text));
  }

  private static long uptimeNanos(SpoolKeys keys) throws SpoolFormatException {
    String text = keys.required("uptime");
    if (!UPTIME.matcher(text).matches()) {
      throw new SpoolFormatException("uptime: expected seconds as 81234.56, found " + text);
    }
    return new BigDecimal(text).movePointRight(NANOS_DIGITS).longValueExact();
  }

  private static JobFacts facts(JobKey key, SpoolKeys keys) throws SpoolFormatException {
    int uid =
        keys.count("uid")
            .orElseThrow(() -> new SpoolFormatException("uid: this key is required and missing"));
    // A user that the node's name service does not know still has a uid, and his job is metered.
    String user = keys.text("user").orElse(Integer.toString(uid));
    return new JobFacts(
        key,
        user,
        uid,
        keys.text("account"),
        keys.text("partition"),
        positions(keys.text("gpus")),
        cpus(keys),
        keys.text("sluid").filter(sluid -> SLUID.matcher(sluid).matches()));
  }

  private static List<Integer> positions(Optional<String> gpus) throws SpoolFormatException {
    List<Integer> positions = new ArrayList<>();
    if (gpus.isPresent()) {
      for (String item : gpus.get().split(",", -1)) {
        if (!item.matches("\\d{1,4}")) {
          throw new SpoolFormatException("gpus: expected positions as 0,1, found " + gpus.get());
        }
        positions.add(Integer.parseInt(item));
      }
    }
    return positions;
  }

  /** 0 where Slurm did not say, or said it in a way that cannot be put on this node. */
  private static int cpus(SpoolKeys keys) {
    Optional<CpusPerNode> cpus = keys.text("cpus").flatMap(CpusPerNode::parse);
    OptionalInt here =
        NodeList.position(keys.text("nodes").orElse(""), keys.text("node").orElse(""));
    return cpus.map(list -> list.onNode(here)).orElse(OptionalInt.empty()).orElse(0);
  }

  /** Absent too where Slurm has none yet: it then says 4294967294. */
  private static OptionalInt waitStatus(SpoolKeys keys) {
    return keys.text("waitstatus")
        .flatMap(SpoolKeys::wholeNumber)
        .map(OptionalInt::of)
        .orElseGet(OptionalInt::empty);
  }
}
