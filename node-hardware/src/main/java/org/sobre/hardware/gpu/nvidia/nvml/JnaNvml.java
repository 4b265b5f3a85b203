package org.sobre.hardware.gpu.nvidia.nvml;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlCalls.Core;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlCalls.Counter;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlCalls.Fields;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlCalls.MemoryInfo2;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlCalls.Temperature;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The library through JNA's direct mapping, with the layouts of nvml.h (API version 13) for 64-bit
 * Linux. Nothing is allocated by a call that succeeds: all write into one block of memory.
 */
public final class JnaNvml implements NvmlLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(JnaNvml.class);

  /** By its soname: the name without the number is a link of the -dev package. */
  public static final String SONAME = "libnvidia-ml.so.1";

  static final int UUID_BYTES = 96;
  static final int FIELD_BYTES = 40;
  static final int MEMORY_V2_BYTES = 40;
  static final int MEMORY_BYTES = 24;
  static final int UTILIZATION_BYTES = 8;

  static final int POWER_AVERAGE = 185;
  static final int POWER_INSTANT = 186;
  static final int POWER_DEFAULT_LIMIT = 189;

  /** The other end of a scope is the module, with its processor. */
  private static final int SCOPE_GPU = 0;

  private static final long SCOPE_AT = 4;
  private static final long VALUE_TYPE_AT = 24;
  private static final long RETURN_AT = 28;
  private static final long VALUE_AT = 32;
  private static final int VALUE_IS_UNSIGNED_INT = 1;
  private static final int VALUE_IS_UNSIGNED_LONG = 2;
  private static final int VALUE_IS_UNSIGNED_LONG_LONG = 3;

  private static final long MEMORY_V2_USED_AT = 32;
  private static final long MEMORY_USED_AT = 16;
  private static final int MEMORY_V2_VERSION = MEMORY_V2_BYTES | 2 << 24;

  /** Of nvmlTemperatureSensors_t: the chip. */
  private static final int TEMPERATURE_GPU = 0;

  private static final long UNSIGNED_INT = 0xFFFF_FFFFL;

  /** JNA binds classes, not objects. */
  private static final AtomicBoolean OPEN = new AtomicBoolean();

  private final NativeLibrary library;
  private final List<Class<?>> bound = new ArrayList<>();
  private final Memory block = new Memory(2 * FIELD_BYTES + UUID_BYTES);

  private JnaNvml(NativeLibrary library) {
    this.library = library;
  }

  /** NVIDIA's, where the dynamic linker finds it. */
  public static Reading<NvmlLibrary> open() {
    return open(SONAME);
  }

  /**
   * Loads the library; no call is made yet. Unavailable where there is none, or where JNA's own
   * native half is missing.
   *
   * @param name soname or absolute path
   */
  static Reading<NvmlLibrary> open(String name) {
    if (!OPEN.compareAndSet(false, true)) {
      return Reading.unavailable(Reason.FAILED, name + " is open already");
    }
    boolean opened = false;
    try {
      JnaNvml nvml = new JnaNvml(NativeLibrary.getInstance(name));
      nvml.bind();
      opened = true;
      return Reading.of(nvml);
    } catch (LinkageError e) {
      // also the NoClassDefFoundError that follows when JNA's classes could not start
      return Reading.unavailable(Reason.NOT_PRESENT, firstLine(e));
    } finally {
      if (!opened) {
        OPEN.set(false);
      }
    }
  }

  private static String firstLine(LinkageError e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  private void bind() {
    bind(Core.class);
    for (Class<?> later : NvmlCalls.LATER) {
      try {
        bind(later);
      } catch (UnsatisfiedLinkError e) {
        // an older driver: what is not bound is answered as absent
        LOG.info("{}", String.valueOf(e.getMessage()));
      }
    }
  }

  private void bind(Class<?> calls) {
    Native.register(calls, library);
    bound.add(calls);
  }

  @Override
  public void init() throws NvmlException {
    check("nvmlInit_v2", Core.nvmlInit_v2());
  }

  @Override
  public void shutdown() throws NvmlException {
    check("nvmlShutdown", Core.nvmlShutdown());
  }

  @Override
  public long deviceAt(PciAddress address) throws NvmlException {
    block.setString(Long.BYTES, address.toString(), StandardCharsets.US_ASCII.name());
    check(
        "nvmlDeviceGetHandleByPciBusId_v2",
        Core.nvmlDeviceGetHandleByPciBusId_v2(block.share(Long.BYTES), block));
    return block.getLong(0);
  }

  @Override
  public String uuid(long device) throws NvmlException {
    check("nvmlDeviceGetUUID", Core.nvmlDeviceGetUUID(device, block, UUID_BYTES));
    return block.getString(0, StandardCharsets.US_ASCII.name());
  }

  @Override
  public String name(long device) throws NvmlException {
    check("nvmlDeviceGetName", Core.nvmlDeviceGetName(device, block, UUID_BYTES));
    return block.getString(0, StandardCharsets.US_ASCII.name());
  }

  @Override
  public long totalEnergyMillijoules(long device) throws NvmlException {
    String call = "nvmlDeviceGetTotalEnergyConsumption";
    need(Counter.class, call);
    check(call, Counter.nvmlDeviceGetTotalEnergyConsumption(device, block));
    return block.getLong(0);
  }

  @Override
  public NvmlPower power(long device) throws NvmlException {
    String call = "nvmlDeviceGetFieldValues";
    need(Fields.class, call);
    block.clear(2L * FIELD_BYTES);
    block.setInt(0, POWER_AVERAGE);
    block.setInt(SCOPE_AT, SCOPE_GPU);
    block.setInt(FIELD_BYTES, POWER_INSTANT);
    block.setInt(FIELD_BYTES + SCOPE_AT, SCOPE_GPU);
    check(call, Fields.nvmlDeviceGetFieldValues(device, 2, block));
    return new NvmlPower(field(0), field(FIELD_BYTES));
  }

  @Override
  public long defaultLimitMilliwatts(long device) throws NvmlException {
    String call = "nvmlDeviceGetFieldValues";
    need(Fields.class, call);
    block.clear(FIELD_BYTES);
    block.setInt(0, POWER_DEFAULT_LIMIT);
    block.setInt(SCOPE_AT, SCOPE_GPU);
    check(call, Fields.nvmlDeviceGetFieldValues(device, 1, block));
    return field(0).orElseThrow(() -> NvmlException.absent("NVML_FI_DEV_POWER_DEFAULT_LIMIT"));
  }

  /** Each field has a status of its own, and a type that the library picks. */
  private OptionalLong field(long at) {
    if (block.getInt(at + RETURN_AT) != 0) {
      return OptionalLong.empty();
    }
    return switch (block.getInt(at + VALUE_TYPE_AT)) {
      case VALUE_IS_UNSIGNED_INT -> OptionalLong.of(block.getInt(at + VALUE_AT) & UNSIGNED_INT);
      case VALUE_IS_UNSIGNED_LONG, VALUE_IS_UNSIGNED_LONG_LONG ->
          OptionalLong.of(block.getLong(at + VALUE_AT));
      default -> OptionalLong.empty();
    };
  }

  @Override
  public long powerUsageMilliwatts(long device) throws NvmlException {
    check("nvmlDeviceGetPowerUsage", Core.nvmlDeviceGetPowerUsage(device, block));
    return block.getInt(0) & UNSIGNED_INT;
  }

  @Override
  public int busyPercent(long device) throws NvmlException {
    check("nvmlDeviceGetUtilizationRates", Core.nvmlDeviceGetUtilizationRates(device, block));
    return block.getInt(0);
  }

  @Override
  public long memoryUsedBytes(long device) throws NvmlException {
    if (bound.contains(MemoryInfo2.class)) {
      block.clear(MEMORY_V2_BYTES);
      block.setInt(0, MEMORY_V2_VERSION);
      check("nvmlDeviceGetMemoryInfo_v2", MemoryInfo2.nvmlDeviceGetMemoryInfo_v2(device, block));
      return block.getLong(MEMORY_V2_USED_AT);
    }
    check("nvmlDeviceGetMemoryInfo", Core.nvmlDeviceGetMemoryInfo(device, block));
    return block.getLong(MEMORY_USED_AT);
  }

  @Override
  public int celsius(long device) throws NvmlException {
    String call = "nvmlDeviceGetTemperature";
    need(Temperature.class, call);
    check(call, Temperature.nvmlDeviceGetTemperature(device, TEMPERATURE_GPU, block));
    return block.getInt(0);
  }

  @Override
  public void close() {
    bound.forEach(Native::unregister);
    bound.clear();
    library.close();
    OPEN.set(false);
  }

  private void need(Class<?> calls, String call) throws NvmlException {
    if (!bound.contains(calls)) {
      throw NvmlException.absent(call);
    }
  }

  private static void check(String call, int code) throws NvmlException {
    if (code != 0) {
      throw new NvmlException(call, code);
    }
  }
}
