package org.sobre.hardware.gpu;

import java.util.Locale;

/** Who made the GPU. The JSON name is the constant in lower case. */
public enum GpuVendor {
  NVIDIA,
  AMD;

  public String jsonName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
