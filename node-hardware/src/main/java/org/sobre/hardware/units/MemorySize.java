package org.sobre.hardware.units;

/**
 * An amount of memory. GB is 10<sup>9</sup> B and MiB is 2<sup>20</sup> B everywhere in Sobre;
 * nvidia-smi's "MiB" are 2<sup>20</sup>.
 *
 * @param bytes 0 or more
 */
public record MemorySize(long bytes) implements Comparable<MemorySize> {

  private static final long MEBI = 1L << 20;
  private static final long GIGA = 1_000_000_000L;

  public MemorySize {
    if (bytes < 0) {
      throw new IllegalArgumentException("memory size must not be negative, found " + bytes + " B");
    }
  }

  public static MemorySize ofMebibytes(long mebibytes) {
    return new MemorySize(Math.multiplyExact(mebibytes, MEBI));
  }

  public static MemorySize ofGigabytes(long gigabytes) {
    return new MemorySize(Math.multiplyExact(gigabytes, GIGA));
  }

  /** Whole mebibytes, rounded down. */
  public long mebibytes() {
    return bytes / MEBI;
  }

  public double gigabytes() {
    return bytes / 1e9;
  }

  public double gibibytes() {
    return bytes / (double) (1L << 30);
  }

  /**
   * Whether a card of this total memory "has N GB" in the sense of the feature ladder: total &gt;=
   * 0.99 N 10<sup>9</sup> B (DESIGN section 5), so that a board sold as 24 GB counts as one
   * whatever its driver holds back.
   */
  public boolean hasGigabytes(int marketed) {
    return bytes >= marketed * 990_000_000L;
  }

  @Override
  public int compareTo(MemorySize other) {
    return Long.compare(bytes, other.bytes);
  }

  @Override
  public String toString() {
    return bytes + " B";
  }
}
