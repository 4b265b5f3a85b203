package org.sobre.slurm.command;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.SlurmAccountingException.Kind;

/**
 * Slurm's accounting, asked by {@code sacct} and written by {@code sacctmgr}, each under a
 * deadline: both wait for minutes where slurmdbd is away. Who writes must be SlurmUser, root or
 * have Slurm's level Operator.
 */
public final class SlurmAccounting {

  private static final int MAX_SAID = 500;
  private static final String NOTHING_MODIFIED = "Nothing modified";

  /** sacct(1) of 22.05 where AccountingStorageType is accounting_storage/none. */
  private static final String NO_ACCOUNTING = "accounting storage is disabled";

  /** The time format of sacct, in the process' own environment (sacct(1)). */
  private static final Map<String, String> EPOCH_SECONDS = Map.of("SLURM_TIME_FORMAT", "%s");

  /** sacctmgr changes quotes, and 22.05 lowers letters: neither stands in what is written. */
  private static final Pattern WRITABLE = Pattern.compile("[a-z0-9_=. :/+-]{1,4000}");

  private static final Pattern NAME = Pattern.compile("[1-9]\\d{0,9}([_+]\\d{1,9})?");

  private final ToolRunner tools;

  public SlurmAccounting(ToolRunner tools) {
    this.tools = requireNonNull(tools, "tools");
  }

  /**
   * Every start of a job of any user that was queued, ran or ended between two instants. Of a user
   * whom PrivateData hides others' jobs from, his own.
   */
  public AccountedJobs jobs(Instant since, Instant until, Duration deadline)
      throws SlurmAccountingException {
    ToolResult result =
        tools.run(
            List.of(
                "sacct",
                "--allusers",
                "--allocations",
                "--duplicates",
                "--noheader",
                "--parsable2",
                "--delimiter=" + SacctParser.SEPARATOR,
                "--starttime=" + seconds(since),
                "--endtime=" + seconds(until),
                "--format=" + SacctParser.FIELDS),
            EPOCH_SECONDS,
            deadline);
    refuseUnlessDone(result);
    try {
      return SacctParser.parse(result.stdout());
    } catch (IllegalArgumentException e) {
      throw new SlurmAccountingException(
          Kind.UNREADABLE, shortened("sacct: " + String.valueOf(e.getMessage())));
    }
  }

  /**
   * The accounts of a cluster, each below another: what {@code sacctmgr show association} has of
   * them, without users.
   *
   * @param cluster as Slurm calls it
   */
  public List<SlurmAccount> accounts(String cluster, Duration deadline)
      throws SlurmAccountingException {
    ToolResult result =
        tools.run(
            List.of(
                "sacctmgr",
                "--noheader",
                "--parsable2",
                "show",
                "association",
                "where",
                "cluster=" + cluster,
                "format=Cluster,Account,ParentName,User"),
            Map.of(),
            deadline);
    refuseUnlessDone(result);
    try {
      return SlurmAccount.parse(result.stdout());
    } catch (IllegalArgumentException e) {
      throw new SlurmAccountingException(
          Kind.UNREADABLE, shortened("sacctmgr: " + String.valueOf(e.getMessage())));
    }
  }

  /** {@code uts} and seconds since 1970: no time zone and no change of the clock comes between. */
  private static String seconds(Instant instant) {
    return "uts" + instant.truncatedTo(ChronoUnit.SECONDS).getEpochSecond();
  }

  /**
   * Sets the AdminComment of one start of a job, the last of its id.
   *
   * @param name as {@link AccountedJob#name()}
   * @param comment of {@code key=value} words in lower case, without quotes
   * @return false if Slurm's accounting has no such job
   */
  public boolean comment(String name, String comment, Duration deadline)
      throws SlurmAccountingException {
    if (!NAME.matcher(name).matches() || !WRITABLE.matcher(comment).matches()) {
      throw new IllegalArgumentException(
          "expected a job and words of key=value in lower case, found \""
              + name
              + "\" and \""
              + comment
              + "\"");
    }
    ToolResult result =
        tools.run(
            List.of(
                "sacctmgr",
                "--immediate",
                "modify",
                "job",
                "where",
                "jobid=" + name,
                "set",
                "AdminComment=" + comment),
            Map.of(),
            deadline);
    if ((result.stdout() + result.stderr()).contains(NOTHING_MODIFIED)) {
      return false;
    }
    refuseUnlessDone(result);
    return true;
  }

  private static void refuseUnlessDone(ToolResult result) throws SlurmAccountingException {
    if (result.succeeded()) {
      return;
    }
    String command = result.command().get(0);
    if (result.stderr().contains(NO_ACCOUNTING)) {
      throw new SlurmAccountingException(
          Kind.DISABLED, command + ": this Slurm keeps no accounts (slurmdbd)");
    }
    String said = String.join("; ", (result.stderr() + result.stdout()).strip().lines().toList());
    switch (result.ending()) {
      case NOT_FOUND, NOT_STARTED ->
          throw new SlurmAccountingException(
              Kind.ABSENT, command + " cannot be run: install Debian's slurm-client");
      case TIMED_OUT ->
          throw new SlurmAccountingException(
              Kind.SILENT,
              command
                  + " gave no answer within "
                  + result.took().toSeconds()
                  + " s: is slurmdbd up?");
      case TOO_MUCH_OUTPUT ->
          throw new SlurmAccountingException(Kind.TOO_MUCH, command + " said more than is read");
      case EXITED ->
          throw new SlurmAccountingException(Kind.REFUSED, shortened(command + ": " + said));
    }
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(text.length(), MAX_SAID));
  }
}
