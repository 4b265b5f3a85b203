package org.sobre.energy.accrual;

/**
 * Of what a run's means of load are made, all devices together; 0 of a time in which nothing was
 * told. A line has the means alone, so a checkpoint carries these.
 *
 * @param percentMillis utilisation, in percent, times the milliseconds
 * @param percentKnownMillis in which it was told
 * @param vramMebibyteMillis video memory in use, times the milliseconds
 * @param vramKnownMillis in which it was told
 */
public record LoadSums(
    long percentMillis, long percentKnownMillis, long vramMebibyteMillis, long vramKnownMillis) {

  public static final LoadSums NONE = new LoadSums(0, 0, 0, 0);

  public LoadSums {
    if (percentMillis < 0 || percentKnownMillis < 0) {
      throw new IllegalArgumentException("a sum of utilisation must not be below 0");
    }
    if (vramMebibyteMillis < 0 || vramKnownMillis < 0) {
      throw new IllegalArgumentException("a sum of video memory must not be below 0");
    }
  }
}
