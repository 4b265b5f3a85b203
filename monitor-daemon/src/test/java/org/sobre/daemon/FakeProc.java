package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.probe.SysRoot;

/** Processes that the test starts and ends, as files of /proc under a directory. */
record FakeProc(Path root) {

  ProcessTable table() {
    return new ProcessTable(new SysRoot(root));
  }

  void start(long pid, int uid, long startTicks) throws IOException {
    start(pid, /* parent= */ 1, uid, startTicks);
  }

  void start(long pid, long parent, int uid, long startTicks) throws IOException {
    start(pid, "a (b) c", parent, uid, startTicks);
  }

  private void start(long pid, String program, long parent, int uid, long startTicks)
      throws IOException {
    Path directory = Files.createDirectories(root.resolve("proc/" + pid));
    Files.writeString(
        directory.resolve("stat"),
        pid
            + " ("
            + program
            + ") S "
            + parent
            + " 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 "
            + startTicks
            + " 0 0\n");
    Files.writeString(
        directory.resolve("status"), "Name:\tx\nUid:\t" + uid + "\t0\t0\t0\nGid:\t0\t0\n");
  }

  /** A slurmstepd of root's. */
  void startStep(long pid, String title, long startTicks) throws IOException {
    startStep(pid, /* uid= */ 0, title, startTicks);
  }

  /** What calls itself so. */
  void startStep(long pid, int uid, String title, long startTicks) throws IOException {
    start(pid, "slurmstepd", /* parent= */ 1, uid, startTicks);
    Files.writeString(root.resolve("proc/" + pid + "/cmdline"), "slurmstepd: [" + title + "]\0\0");
  }

  /** In which job's control group it is, as cgroup v2 names it. */
  void group(long pid, String job) throws IOException {
    Files.writeString(
        root.resolve("proc/" + pid + "/cgroup"),
        "0::/system.slice/n1_slurmstepd.scope/" + job + "/step_batch/slurm\n");
  }

  void end(long pid) throws IOException {
    Path directory = root.resolve("proc/" + pid);
    Files.deleteIfExists(directory.resolve("stat"));
    Files.deleteIfExists(directory.resolve("status"));
    Files.deleteIfExists(directory.resolve("cmdline"));
    Files.deleteIfExists(directory.resolve("cgroup"));
    Files.deleteIfExists(directory);
  }
}
