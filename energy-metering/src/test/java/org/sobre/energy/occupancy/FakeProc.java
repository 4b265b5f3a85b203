package org.sobre.energy.occupancy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.sobre.hardware.probe.SysRoot;

/** Processes that the test starts and ends, as files of /proc under a directory. */
record FakeProc(Path root) {

  ProcessTable table() {
    return new ProcessTable(new SysRoot(root));
  }

  void start(long pid, long parent, int uid, long startTicks) throws IOException {
    Path directory = Files.createDirectories(root.resolve("proc/" + pid));
    Files.writeString(directory.resolve("stat"), stat(pid, "S", parent, startTicks));
    Files.writeString(directory.resolve("status"), status(uid));
  }

  void end(long pid) throws IOException {
    Path directory = root.resolve("proc/" + pid);
    Files.delete(directory.resolve("stat"));
    Files.delete(directory.resolve("status"));
    Files.delete(directory);
  }

  /** With a name that holds what separates fields. */
  static String stat(long pid, String state, long parent, long startTicks) {
    String before = " 1 1 0 -1 4194304 100 0 0 0 1 2 0 0 20 0 1 0 ";
    return pid + " (py) th(on 3) " + state + " " + parent + before + startTicks + " 10000 200 1\n";
  }

  static String status(int uid) {
    return "Name:\tpython3\nUmask:\t0022\nUid:\t" + uid + "\t0\t0\t0\nGid:\t1000\t0\t0\t0\n";
  }
}
