package org.sobre.hardware.gpu.nvidia.nvml;

import org.sobre.hardware.units.PciAddress;

/**
 * The calls of NVIDIA's management library that Sobre makes, and no others: NVIDIA's NVML API
 * reference says what they tell. A card is named by the handle that the library gives for it, good
 * until {@link #shutdown()}. For one thread; a call into a sick driver may never return.
 */
public interface NvmlLibrary extends AutoCloseable {

  /** {@code nvmlInit_v2}: opens the driver's control file and no card. */
  void init() throws NvmlException;

  /** {@code nvmlShutdown}: gives back everything that was opened. */
  void shutdown() throws NvmlException;

  /**
   * {@code nvmlDeviceGetHandleByPciBusId_v2}: opens this card, waking it if it sleeps, and no
   * other. The call by UUID may open all of them in its search (nvml.h).
   */
  long deviceAt(PciAddress address) throws NvmlException;

  /** As in {@code nvidia-smi -L}: {@code GPU-…}. */
  String uuid(long device) throws NvmlException;

  String name(long device) throws NvmlException;

  /**
   * {@code nvmlDeviceGetTotalEnergyConsumption}: millijoules since the driver was loaded; Volta and
   * newer.
   */
  long totalEnergyMillijoules(long device) throws NvmlException;

  /** Fields 185 and 186 of {@code nvmlDeviceGetFieldValues}; from driver 535 on. */
  NvmlPower power(long device) throws NvmlException;

  /**
   * {@code nvmlDeviceGetPowerUsage}, milliwatts: by the card the mean of the last second or the
   * power of that instant.
   */
  long powerUsageMilliwatts(long device) throws NvmlException;

  /**
   * Field 189 of {@code nvmlDeviceGetFieldValues}, milliwatts: the limit that the card starts with;
   * from driver 535 on.
   */
  long defaultLimitMilliwatts(long device) throws NvmlException;

  /** {@code nvmlDeviceGetUtilizationRates}: percent; not of a board that is split by MIG. */
  int busyPercent(long device) throws NvmlException;

  /** Bytes, without what driver and firmware reserve where the driver (510) tells them apart. */
  long memoryUsedBytes(long device) throws NvmlException;

  /**
   * {@code nvmlDeviceGetTemperature} of the chip, degrees Celsius; NVML 13 calls it deprecated, and
   * has it.
   */
  int celsius(long device) throws NvmlException;

  /** Unloads the library; after {@link #shutdown()}. */
  @Override
  void close();
}
