package org.sobre.hardware.gpu.nvidia;

/**
 * What an exit status of nvidia-smi means, and what to do. The numbers are NVML's error numbers, as
 * its manual lists them; 18 is not in the list and is seen after a driver update.
 */
final class NvidiaSmiExit {

  private NvidiaSmiExit() {}

  static String sentence(int status) {
    return "exit status " + status + ": " + meaning(status);
  }

  private static String meaning(int status) {
    return switch (status) {
      case 0 -> "done";
      case 2 -> "it refused an argument; is this nvidia-smi, and of driver 384 or newer?";
      case 3 -> "the question is not available on a card";
      case 4 -> "no permission; run as root, or see who may open /dev/nvidia*";
      case 6 -> "no device found; compare with: lspci -d 10de:";
      case 8 -> "a card's external power cables are not attached; plug them in";
      case 9 -> "the nvidia kernel driver is not loaded; try: modprobe nvidia, and see: dmesg";
      case 10 -> "the kernel sees an interrupt issue with a card; see: dmesg";
      case 12 -> "the NVML library is missing; install libnvidia-ml of the driver's version";
      case 13 -> "NVML lacks a function; install driver and nvidia-smi of one version";
      case 14 -> "a card's infoROM is corrupted; the answer is usable";
      case 15 -> "a card has fallen off the bus; reboot, then check its seat and power";
      case 18 -> "kernel driver and library differ in version; reboot, or reload the modules";
      default -> "an internal driver error; see: dmesg";
    };
  }
}
