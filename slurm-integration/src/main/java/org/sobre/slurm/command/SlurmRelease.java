package org.sobre.slurm.command;

import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release of Slurm, {@code 22.05.8}: year, month, maintenance release.
 *
 * @param year of two digits
 */
public record SlurmRelease(int year, int month, int maintenance)
    implements Comparable<SlurmRelease> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,4})\\.(\\d{1,2})\\.(\\d{1,4}).*");

  private static final Comparator<SlurmRelease> ORDER =
      Comparator.comparingInt(SlurmRelease::year)
          .thenComparingInt(SlurmRelease::month)
          .thenComparingInt(SlurmRelease::maintenance);

  /** As {@code slurmd -V} names it; empty for another form. */
  public static Optional<SlurmRelease> parse(String version) {
    Matcher m = FORM.matcher(version.strip());
    return m.matches()
        ? Optional.of(
            new SlurmRelease(
                Integer.parseInt(m.group(1)),
                Integer.parseInt(m.group(2)),
                Integer.parseInt(m.group(3))))
        : Optional.empty();
  }

  public boolean isBefore(SlurmRelease other) {
    return compareTo(other) < 0;
  }

  @Override
  public int compareTo(SlurmRelease other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%02d.%02d.%d", year, month, maintenance);
  }
}
