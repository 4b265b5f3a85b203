package org.sobre.slurm.health;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One record of {@code /dev/kmsg}: {@code 4,1339,5140900,-;NVRM: Xid …} (the kernel's
 * Documentation/ABI/testing/dev-kmsg): priority and facility, number, microseconds, flags; then the
 * text. Lines that follow with a blank in front are properties, and left out.
 *
 * @param sequence number of the record, which has no gaps but where records were overwritten
 * @param fromKernel whether the kernel itself said it, by its facility: a process that may write
 *     there gets another
 */
public record KernelRecord(long sequence, boolean fromKernel, String text) {

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,9}),(\\d{1,18}),\\d{1,18},[^;\\n]{0,64};([^\\n]{0,8192})");

  /** The three lowest bits are the priority (syslog(2)). */
  private static final int FACILITY_SHIFT = 3;

  public KernelRecord {
    requireNonNull(text, "text");
  }

  /** Empty if it has not that form. */
  public static Optional<KernelRecord> parse(String record) {
    Matcher m = FORM.matcher(record);
    if (!m.lookingAt()) {
      return Optional.empty();
    }
    boolean fromKernel = Integer.parseInt(m.group(1)) >> FACILITY_SHIFT == 0;
    return Optional.of(new KernelRecord(Long.parseLong(m.group(2)), fromKernel, m.group(3)));
  }
}
