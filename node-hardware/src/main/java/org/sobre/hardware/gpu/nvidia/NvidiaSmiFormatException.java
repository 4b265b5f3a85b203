package org.sobre.hardware.gpu.nvidia;

import org.sobre.hardware.probe.ToolText;

/** What nvidia-smi printed is not what it should be. The message says what was found. */
final class NvidiaSmiFormatException extends Exception {

  private static final long serialVersionUID = 1;

  NvidiaSmiFormatException(String message) {
    super(message);
  }

  /** No parser looks into a text longer than {@link ToolText#LONGEST_ANSWER}. */
  static void refuseTooLong(String printed) throws NvidiaSmiFormatException {
    if (printed.length() > ToolText.LONGEST_ANSWER) {
      throw new NvidiaSmiFormatException(
          "expected at most "
              + ToolText.LONGEST_ANSWER
              + " characters (16 Mi), found "
              + printed.length());
    }
  }
}
