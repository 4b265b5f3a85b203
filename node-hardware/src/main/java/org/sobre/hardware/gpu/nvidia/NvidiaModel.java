package org.sobre.hardware.gpu.nvidia;

/** A model's name as one form of answer or another prints it. */
public final class NvidiaModel {

  /** Stands for a model that was not told. */
  static final String UNKNOWN = "NVIDIA GPU";

  private static final String CUT = "...";

  private NvidiaModel() {}

  /**
   * Whether two names may be of one card: the table cuts them off, and has three dots for what is
   * missing.
   */
  public static boolean mayBeOne(String one, String other) {
    return one.equals(UNKNOWN)
        || other.equals(UNKNOWN)
        || (isCut(one) && other.startsWith(uncut(one)))
        || (isCut(other) && one.startsWith(uncut(other)))
        || one.equals(other);
  }

  static boolean isCut(String model) {
    return model.endsWith(CUT);
  }

  private static String uncut(String model) {
    return model.substring(0, model.length() - CUT.length()).strip();
  }
}
