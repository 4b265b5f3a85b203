package org.sobre.hardware.gpu.nvidia;

/** What nvidia-smi printed is not the XML it should be. The message says what was found. */
final class NvidiaSmiFormatException extends Exception {

  private static final long serialVersionUID = 1;

  NvidiaSmiFormatException(String message) {
    super(message);
  }
}
