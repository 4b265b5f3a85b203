package org.sobre.energy.meter;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/**
 * The energy counter in the amdgpu driver's binary file {@code gpu_metrics}: {@code
 * energy_accumulator}, by the layouts of the kernel's {@code kgd_pp_interface.h}. A header of four
 * bytes says size, format and content revision; format 1 is of cards, format 2, of APUs, has no
 * counter. Little endian.
 */
final class GpuMetrics {

  private static final int HEADER_BYTES = 4;
  private static final int FORMAT_AT = 2;
  private static final int CONTENT_AT = 3;
  private static final int OF_CARDS = 1;
  private static final int BYTE = 0xFF;

  /** Where the counter stands, by content revision: what follows changed each time. */
  private static final Map<Integer, Integer> COUNTER_AT =
      Map.of(1, 24, 2, 24, 3, 24, 4, 24, 5, 88, 6, 16, 7, 24);

  /** Fields that are not set are all ones, of 64 bits or of the 32 that some firmware has. */
  private static final long UNSET = -1L;

  private static final long UNSET_OF_32_BITS = 0xFFFF_FFFFL;

  /** 2<sup>-16</sup> J, the kernel's "15.259 uJ", is 15625/1024 uJ. */
  private static final long MICROJOULES = 15_625;

  private static final long UNITS = 1_024;

  private GpuMetrics() {}

  /**
   * The counter, rounded down to the microjoule: differences of such values carry what was cut off.
   *
   * @return not supported where the layout has no counter or the card does not set it (a second
   *     die's is 0)
   */
  static Reading<Long> energyMicrojoules(byte[] file) {
    if (file.length < HEADER_BYTES) {
      return Reading.unavailable(Reason.FAILED, "gpu_metrics of " + file.length + " bytes");
    }
    int format = file[FORMAT_AT] & BYTE;
    int content = file[CONTENT_AT] & BYTE;
    Integer at = format == OF_CARDS ? COUNTER_AT.get(content) : null;
    if (at == null) {
      return none("gpu_metrics v" + format + "." + content);
    }
    ByteBuffer fields = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int size = fields.getShort(0) & 0xFFFF;
    if (file.length < size || size < at + Long.BYTES) {
      return Reading.unavailable(
          Reason.FAILED, "gpu_metrics says " + size + " bytes, found " + file.length);
    }
    long units = fields.getLong(at);
    if (units == UNSET || units == UNSET_OF_32_BITS || units == 0) {
      return none("energy_accumulator is not set");
    }
    return units < 0 || units / UNITS > Long.MAX_VALUE / MICROJOULES - 1
        ? Reading.unavailable(Reason.FAILED, "energy_accumulator " + Long.toUnsignedString(units))
        : Reading.of(units / UNITS * MICROJOULES + units % UNITS * MICROJOULES / UNITS);
  }

  private static Reading<Long> none(String detail) {
    return Reading.unavailable(Reason.NOT_SUPPORTED, detail);
  }
}
