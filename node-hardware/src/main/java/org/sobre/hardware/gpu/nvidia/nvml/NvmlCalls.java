package org.sobre.hardware.gpu.nvidia.nvml;

import com.sun.jna.Pointer;
import java.util.List;

/**
 * The calls of nvml.h that are bound, under their names there. A driver lacks the calls that came
 * after it, and JNA binds a class whole: so they stand in classes by what came together. Each
 * returns an {@code nvmlReturn_t}; a device is a pointer, of 64 bits.
 */
final class NvmlCalls {

  private NvmlCalls() {}

  /** What every driver has. */
  @SuppressWarnings("MemberName") // nvml.h's
  static final class Core {
    private Core() {}

    static native int nvmlInit_v2();

    static native int nvmlShutdown();

    static native int nvmlDeviceGetHandleByPciBusId_v2(Pointer busId, Pointer device);

    static native int nvmlDeviceGetUUID(long device, Pointer uuid, int length);

    static native int nvmlDeviceGetName(long device, Pointer name, int length);

    static native int nvmlDeviceGetPowerUsage(long device, Pointer milliwatts);

    static native int nvmlDeviceGetUtilizationRates(long device, Pointer utilization);

    static native int nvmlDeviceGetMemoryInfo(long device, Pointer memory);
  }

  /** Drivers that know Volta. */
  static final class Counter {
    private Counter() {}

    static native int nvmlDeviceGetTotalEnergyConsumption(long device, Pointer millijoules);
  }

  /** Fields, some of which a driver may not know. */
  static final class Fields {
    private Fields() {}

    static native int nvmlDeviceGetFieldValues(long device, int count, Pointer values);
  }

  /** Driver 510. */
  @SuppressWarnings("MemberName") // nvml.h's
  static final class MemoryInfo2 {
    private MemoryInfo2() {}

    static native int nvmlDeviceGetMemoryInfo_v2(long device, Pointer memory);
  }

  /** Every driver so far; deprecated in NVML 13. */
  static final class Temperature {
    private Temperature() {}

    static native int nvmlDeviceGetTemperature(long device, int sensor, Pointer celsius);
  }

  static final List<Class<?>> LATER =
      List.of(Counter.class, Fields.class, MemoryInfo2.class, Temperature.class);
}
