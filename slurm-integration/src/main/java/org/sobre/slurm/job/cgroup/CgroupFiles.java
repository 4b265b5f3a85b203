package org.sobre.slurm.job.cgroup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Reads directories that may go at any moment. */
final class CgroupFiles {

  /** Of job, step, user and task. */
  private static final int DEEPEST = 4;

  private static final Pattern PID = Pattern.compile("\\d{1,9}");

  private CgroupFiles() {}

  /** None where there is no such directory. */
  static List<Path> directories(Path of, String glob) {
    List<Path> directories = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(of, glob)) {
      for (Path entry : entries) {
        if (Files.isDirectory(entry)) {
          directories.add(entry);
        }
      }
    } catch (IOException | DirectoryIteratorException e) {
      return List.of();
    }
    return directories;
  }

  /** Whether a process is in one of cgroup v2 or below it: {@code cgroup.events} knows both. */
  static boolean isPopulated(Path directory) {
    try {
      String events = Files.readString(directory.resolve("cgroup.events"), StandardCharsets.UTF_8);
      return events.lines().anyMatch("populated 1"::equals);
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a process is in one of cgroup v1 or below it. */
  static boolean hasProcess(Path directory) {
    return hasProcess(directory, DEEPEST);
  }

  private static boolean hasProcess(Path directory, int depth) {
    return isNotEmpty(directory.resolve("cgroup.procs"))
        || (depth > 0
            && directories(directory, "*").stream()
                .anyMatch(below -> hasProcess(below, depth - 1)));
  }

  /** The pids in one and below it. */
  static List<Long> processes(Path directory) {
    List<Long> pids = new ArrayList<>();
    addProcesses(directory, DEEPEST, pids);
    return pids;
  }

  private static void addProcesses(Path directory, int depth, List<Long> pids) {
    try {
      for (String line : Files.readAllLines(directory.resolve("cgroup.procs"))) {
        if (PID.matcher(line).matches()) {
          pids.add(Long.valueOf(line));
        }
      }
    } catch (IOException e) {
      // It has just gone, or is of threads: what is below it is looked at all the same.
    }
    if (depth > 0) {
      directories(directory, "*").forEach(below -> addProcesses(below, depth - 1, pids));
    }
  }

  /** The kernel tells no length of these: one byte is read. */
  private static boolean isNotEmpty(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }
}
