package org.sobre.slurm.gres;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** CUDA's compute capability, {@code 8.9}: two numbers, so that 10.0 is above 9.0. */
record ComputeCapability(int major, int minor) implements Comparable<ComputeCapability> {

  private static final Pattern FORM = Pattern.compile("(\\d{1,3})\\.(\\d{1,3})");
  private static final Comparator<ComputeCapability> ORDER =
      Comparator.comparingInt(ComputeCapability::major).thenComparingInt(ComputeCapability::minor);

  /** Empty for another form. */
  static Optional<ComputeCapability> parse(String text) {
    Matcher m = FORM.matcher(text.strip());
    return m.matches()
        ? Optional.of(
            new ComputeCapability(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2))))
        : Optional.empty();
  }

  @Override
  public int compareTo(ComputeCapability other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
