package org.sobre.hardware.gpu.nvidia.nvml;

import java.util.Arrays;
import java.util.Locale;
import org.sobre.hardware.units.Reading.Reason;

/** What a call of the library says instead of success: {@code nvmlReturn_t} of nvml.h. */
public enum NvmlStatus {
  UNINITIALIZED(1, Reason.FAILED),
  INVALID_ARGUMENT(2, Reason.FAILED),
  NOT_SUPPORTED(3, Reason.NOT_SUPPORTED),
  NO_PERMISSION(4, Reason.NO_PERMISSION),
  NOT_FOUND(6, Reason.NOT_PRESENT),
  DRIVER_NOT_LOADED(9, Reason.NOT_PRESENT),
  TIMEOUT(10, Reason.TIMED_OUT),
  FUNCTION_NOT_FOUND(13, Reason.NOT_SUPPORTED),
  GPU_IS_LOST(15, Reason.FAILED),
  RESET_REQUIRED(16, Reason.FAILED),
  /** The device files are closed to this process, by a cgroup say. */
  OPERATING_SYSTEM(17, Reason.NO_PERMISSION),
  /** The driver was upgraded under a process that has the older library. */
  LIB_RM_VERSION_MISMATCH(18, Reason.FAILED),
  NOT_READY(27, Reason.FAILED),
  /** One that says no more here than that the call failed, as 999, "unknown". */
  OTHER(999, Reason.FAILED);

  private final int code;
  private final Reason reason;

  NvmlStatus(int code, Reason reason) {
    this.code = code;
    this.reason = reason;
  }

  static NvmlStatus of(int code) {
    return Arrays.stream(values()).filter(status -> status.code == code).findFirst().orElse(OTHER);
  }

  /** As the ledger tells it. */
  public Reason reason() {
    return reason;
  }

  /** Whether the library as a whole has no driver to talk to, whichever card is asked. */
  public boolean isOfLibrary() {
    return this == UNINITIALIZED || this == DRIVER_NOT_LOADED || this == LIB_RM_VERSION_MISMATCH;
  }

  /** Whether asking again is of no use: the card or the driver has no such thing. */
  public boolean isForGood() {
    return this == NOT_SUPPORTED || this == FUNCTION_NOT_FOUND;
  }

  String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
