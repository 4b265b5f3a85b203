package org.sobre.hardware.node;

import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import oshi.hardware.Baseboard;
import oshi.hardware.CentralProcessor;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.nativefree.SystemInfo;
import oshi.util.Constants;

/**
 * Reads this machine through OSHI's native-free half: the kernel's files and POSIX tools as
 * getconf, no root, and no native library to unpack into a /tmp that may be mounted noexec.
 */
final class OshiMachine {

  private OshiMachine() {}

  static Machine read() {
    HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
    return new Machine(
        cpu(hardware.getProcessor()),
        new MemorySize(hardware.getMemory().getTotal()),
        board(hardware.getComputerSystem().getBaseboard()));
  }

  private static CpuTopology cpu(CentralProcessor processor) {
    return new CpuTopology(
        processor.getProcessorIdentifier().getName().strip().replaceAll("\\s+", " "),
        processor.getPhysicalPackageCount(),
        processor.getPhysicalProcessorCount(),
        processor.getLogicalProcessorCount(),
        SysCpuLayout.read(SysRoot.machine()));
  }

  private static Optional<String> board(Baseboard board) {
    String text =
        Stream.of(board.getManufacturer(), board.getModel())
            .map(String::strip)
            .filter(word -> !word.isEmpty() && !word.equalsIgnoreCase(Constants.UNKNOWN))
            .collect(Collectors.joining(" "));
    return Optional.of(text).filter(known -> !known.isEmpty());
  }
}
