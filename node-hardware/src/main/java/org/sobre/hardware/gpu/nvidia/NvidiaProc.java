package org.sobre.hardware.gpu.nvidia;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.PciAddress;

/** Reads what NVIDIA's kernel driver tells in {@code /proc}. What is not there tells nothing. */
final class NvidiaProc {

  /** mig-minors, the longest, has some 5000 lines of 30 characters. */
  private static final int MAX_BYTES = 1 << 20;

  private final Path proc;

  NvidiaProc(SysRoot root) {
    this.proc = root.proc();
  }

  /** Every card that the driver has bound, by address; empty where the driver is not loaded. */
  Map<PciAddress, ProcGpu> gpus() {
    Map<PciAddress, ProcGpu> gpus = new TreeMap<>();
    for (Path entry : entries(proc.resolve("driver/nvidia/gpus"))) {
      PciAddress.parse(entry.getFileName().toString())
          .ifPresent(
              address ->
                  gpus.put(address, ProcGpu.parse(address, text(entry.resolve("information")))));
    }
    return gpus;
  }

  MigMinors migMinors() {
    return MigMinors.parse(text(proc.resolve("driver/nvidia-caps/mig-minors")));
  }

  DeviceFileRules deviceFileRules() {
    return DeviceFileRules.parse(text(proc.resolve("driver/nvidia/params")));
  }

  /**
   * The files {@code access} of the MIG instances that there are, {@code
   * /proc/driver/nvidia/capabilities/gpu0/mig/gi1/ci0/access}, and what stands in them.
   */
  Map<Path, DeviceFileRules> migCapabilities() {
    Map<Path, DeviceFileRules> rules = new TreeMap<>();
    for (Path gpu : entries(proc.resolve("driver/nvidia/capabilities"))) {
      for (Path instance : entries(gpu.resolve("mig"))) {
        accessFile(instance, rules);
        entries(instance).forEach(compute -> accessFile(compute, rules));
      }
    }
    return rules;
  }

  private static void accessFile(Path instance, Map<Path, DeviceFileRules> into) {
    Path access = instance.resolve("access");
    if (Files.isRegularFile(access)) {
      into.put(access, DeviceFileRules.parse(text(access)));
    }
  }

  CharacterDevices characterDevices() {
    return CharacterDevices.parse(text(proc.resolve("devices")));
  }

  private static List<Path> entries(Path directory) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
        stream.forEach(found::add);
      } catch (IOException | DirectoryIteratorException e) {
        // the driver is being unloaded: what was read so far is what there is
      }
    }
    return found;
  }

  private static String text(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }
}
