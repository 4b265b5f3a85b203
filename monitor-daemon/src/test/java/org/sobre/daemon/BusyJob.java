package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * A job of a {@link BusyNode} in files: what the hooks leave of it, its step, a process on its GPU,
 * its control group. Of each eight jobs no epilog tells of one, and no prolog of another.
 */
final class BusyJob {

  static final int UID = 1000;

  private static final int SHORTEST = 10;
  private static final int LONGEST = 39;
  private static final int WITHOUT_EPILOG = 5;
  private static final int WITHOUT_PROLOG = 6;

  private final Path directory;
  private final FakeProc proc;
  private final long id;
  private final long beginsAt;
  private final Path group;

  BusyJob(Path directory, long id, long beginsAt) {
    this.directory = directory;
    this.proc = new FakeProc(directory);
    this.id = id;
    this.beginsAt = beginsAt;
    this.group =
        directory.resolve("sys/fs/cgroup/system.slice/n1_slurmstepd.scope").resolve("job_" + id);
  }

  long id() {
    return id;
  }

  /** Free again when the eighth job after this one comes. */
  int gpu() {
    return (int) (id % BusyNode.GPUS);
  }

  long process() {
    return step() + 1;
  }

  private long step() {
    return 10 * id;
  }

  void begin(double uptime) throws IOException {
    long ticks = Math.round(uptime * 100);
    if (gpu() != WITHOUT_PROLOG) {
      leave(
          "begin",
          uptime,
          "uid=1000\nuser=alice\naccount=lab\npartition=gpu\ncpus=4\ngpus=" + gpu() + "\n");
    }
    proc.startStep(step(), id + ".batch", ticks);
    proc.start(process(), step(), UID, ticks);
    Files.createDirectories(group);
    Files.writeString(group.resolve("cgroup.events"), "populated 1\nfrozen 0\n");
    second(beginsAt, uptime);
  }

  /** Its processes work half of a processor's time; and it is over when its time has come. */
  void second(long now, double uptime) throws IOException {
    if (isOver(now)) {
      end(uptime);
      return;
    }
    long used = (now - beginsAt) * 500_000;
    Files.writeString(group.resolve("cpu.stat"), "usage_usec " + used + "\n");
  }

  boolean isOver(long now) {
    return now - beginsAt >= SHORTEST + id * 7 % (LONGEST - SHORTEST);
  }

  void end(double uptime) throws IOException {
    proc.end(process());
    proc.end(step());
    Files.delete(group.resolve("cpu.stat"));
    Files.delete(group.resolve("cgroup.events"));
    Files.delete(group);
    if (gpu() != WITHOUT_EPILOG) {
      leave("end", uptime, "waitstatus=0\n");
    }
  }

  private void leave(String mark, double uptime, String more) throws IOException {
    Files.writeString(
        directory.resolve("jobs").resolve(id + ".0." + mark),
        String.format(
            Locale.ROOT, "v=1%njob=%d%nrestart=0%nuptime=%.2f%n%scomplete=1%n", id, uptime, more));
  }
}
