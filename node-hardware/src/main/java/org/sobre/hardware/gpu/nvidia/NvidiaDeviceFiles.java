package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;

/**
 * Makes the device files of NVIDIA's cards exist. The kernel does not make them: the first program
 * that opens a card as root does, or nvidia-modprobe. A slurmd that meets a {@code File=} which is
 * not there waits 20 s and dies.
 *
 * <p>Needs root. Loads the driver where nvidia-modprobe can.
 */
public final class NvidiaDeviceFiles {

  /** {@code /dev/nvidiactl}, as nvidia-modprobe's sources have it. */
  private static final int CONTROL_MINOR = 255;

  private static final String MODPROBE = "nvidia-modprobe";
  private static final String[] CARD_DRIVERS = {"nvidia-frontend", "nvidia"};

  private final SysRoot root;
  private final NvidiaProc proc;
  private final ToolRunner runner;

  public NvidiaDeviceFiles(SysRoot root, ToolRunner runner) {
    this.root = root;
    this.proc = new NvidiaProc(root);
    this.runner = requireNonNull(runner, "runner");
  }

  /**
   * @param made the files that were not there and are now
   * @param refused of each that is still not there, why not, for a person
   */
  public record Outcome(List<Path> made, List<String> refused) {
    public Outcome {
      made = List.copyOf(made);
      refused = List.copyOf(refused);
    }
  }

  /** One device file that is not there. */
  private record Missing(
      Path file, List<String> modprobe, OptionalInt major, int minor, DeviceFileRules rules) {}

  /**
   * Makes what is missing of all cards that the driver has bound, and of their MIG instances. Where
   * the driver is not loaded, tries to load it first.
   *
   * @param deadline for all tools together
   */
  public Outcome make(Duration deadline) {
    long begin = System.nanoTime();
    if (proc.gpus().isEmpty()) {
      runner.run(List.of(MODPROBE, "-c=" + CONTROL_MINOR), deadline);
    }
    List<Missing> missing = missing();
    boolean isThere = modprobe(missing, left(deadline, begin));
    missing.stream()
        .filter(file -> file.rules().modify() && !Files.exists(file.file()))
        .forEach(file -> makeByNumber(file, left(deadline, begin)));
    return outcome(missing, isThere);
  }

  /** Whether nvidia-modprobe is installed, where it was needed. */
  private boolean modprobe(List<Missing> missing, Duration deadline) {
    List<String> command = new ArrayList<>(List.of(MODPROBE));
    missing.stream().filter(file -> file.rules().modify()).forEach(f -> command.addAll(f.modprobe));
    boolean isThere = command.size() == 1 || isThere(runner.run(command, deadline));
    if (isThere && !Files.exists(root.dev().resolve("nvidia-uvm"))) {
      // with -u the numbers are those of the memory module, no cards are made: a call of its own
      runner.run(List.of(MODPROBE, "-u", "-c=0"), deadline);
    }
    return isThere;
  }

  private static boolean isThere(ToolResult modprobe) {
    return modprobe.ending() != Ending.NOT_FOUND;
  }

  private List<Missing> missing() {
    CharacterDevices devices = proc.characterDevices();
    OptionalInt cards = devices.majorOf(CARD_DRIVERS);
    DeviceFileRules rules = proc.deviceFileRules();
    List<Missing> missing = new ArrayList<>();
    List<ProcGpu> gpus = proc.gpus().values().stream().filter(gpu -> !gpu.excluded()).toList();
    if (!gpus.isEmpty()) {
      missing.add(ofCards("nvidiactl", CONTROL_MINOR, cards, rules));
    }
    gpus.stream()
        .flatMapToInt(gpu -> gpu.minor().stream())
        .forEach(minor -> missing.add(ofCards("nvidia" + minor, minor, cards, rules)));
    OptionalInt capabilities = devices.majorOf("nvidia-caps");
    proc.migCapabilities()
        .forEach(
            (access, rule) ->
                rule.minor()
                    .ifPresent(
                        minor -> missing.add(ofCapability(access, minor, capabilities, rule))));
    missing.removeIf(file -> Files.exists(file.file()));
    return missing;
  }

  private Missing ofCards(String name, int minor, OptionalInt major, DeviceFileRules rules) {
    return new Missing(root.dev().resolve(name), List.of("-c=" + minor), major, minor, rules);
  }

  private Missing ofCapability(Path access, int minor, OptionalInt major, DeviceFileRules rules) {
    return new Missing(
        root.dev().resolve("nvidia-caps/nvidia-cap" + minor),
        List.of("-f", access.toString()),
        major,
        minor,
        rules);
  }

  /** Where nvidia-modprobe is not installed, or did not do it: with coreutils. */
  private void makeByNumber(Missing file, Duration deadline) {
    if (file.major().isEmpty()) {
      return;
    }
    String path = file.file().toString();
    DeviceFileRules rules = file.rules();
    runner.run(List.of("mkdir", "-p", String.valueOf(file.file().getParent())), deadline);
    ToolResult made =
        runner.run(
            List.of(
                "mknod",
                "-m",
                String.format(Locale.ROOT, "%04o", rules.mode()),
                path,
                "c",
                String.valueOf(file.major().getAsInt()),
                String.valueOf(file.minor())),
            deadline);
    if (made.succeeded() && (rules.owner() != 0 || rules.group() != 0)) {
      runner.run(List.of("chown", rules.owner() + ":" + rules.group(), path), deadline);
    }
  }

  private static Outcome outcome(List<Missing> missing, boolean modprobeIsThere) {
    List<Path> made = missing.stream().map(Missing::file).filter(Files::exists).toList();
    return new Outcome(
        made,
        missing.stream()
            .filter(file -> !made.contains(file.file()))
            .map(
                file ->
                    file.file()
                        + " is not there and could not be made: "
                        + why(file, modprobeIsThere))
            .toList());
  }

  private static String why(Missing file, boolean modprobeIsThere) {
    if (!file.rules().modify()) {
      return "the driver is told to leave device files alone (ModifyDeviceFiles: 0)";
    }
    String tool =
        modprobeIsThere ? "nvidia-modprobe did not make it" : "nvidia-modprobe is not installed";
    return file.major().isEmpty()
        ? tool + ", and /proc/devices names no driver for it"
        : tool + ", and mknod failed; is this root?";
  }

  private static Duration left(Duration deadline, long begin) {
    Duration left = deadline.minusNanos(System.nanoTime() - begin);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
