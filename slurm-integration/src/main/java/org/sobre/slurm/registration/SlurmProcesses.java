package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.sobre.hardware.probe.SysRoot;

/** Which of Slurm's processes are alive on this machine, by the names the kernel gives them. */
final class SlurmProcesses {

  private static final Set<String> NAMES = Set.of("slurmd", "slurmstepd");

  private SlurmProcesses() {}

  static List<String> alive(SysRoot root) throws IOException {
    Set<String> alive = new TreeSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(root.proc(), "[0-9]*")) {
      for (Path process : processes) {
        String name = name(process);
        if (NAMES.contains(name)) {
          alive.add(name);
        }
      }
    }
    return new ArrayList<>(alive);
  }

  /** Empty for a process that has ended meanwhile. */
  private static String name(Path process) {
    try {
      return Files.readString(process.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }
}
