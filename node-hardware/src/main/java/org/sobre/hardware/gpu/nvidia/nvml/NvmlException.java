package org.sobre.hardware.gpu.nvidia.nvml;

import static java.util.Objects.requireNonNull;

/** A call that did not succeed. Thrown each second of a sick card, so it carries no stack trace. */
public final class NvmlException extends Exception {

  private static final long serialVersionUID = 1;

  private final NvmlStatus status;

  /**
   * @param call its name in nvml.h
   * @param code as the call returned it, not 0
   */
  public NvmlException(String call, int code) {
    this(NvmlStatus.of(code), call + ": " + NvmlStatus.of(code).words() + " (" + code + ")");
  }

  /**
   * @param message what failed, for a person
   */
  public NvmlException(NvmlStatus status, String message) {
    super(message, null, false, false);
    this.status = requireNonNull(status, "status");
  }

  /** Of a call that this library does not have. */
  static NvmlException absent(String call) {
    return new NvmlException(
        NvmlStatus.FUNCTION_NOT_FOUND, call + ": this driver's library does not have it");
  }

  public NvmlStatus status() {
    return status;
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
