package org.sobre.energy.occupancy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.energy.accrual.WrapperProcess;
import org.sobre.hardware.probe.SysRoot;

/** The processes of this machine. Any thread may ask. */
public final class ProcessTable {

  /** A chain of parents longer than this belongs to nobody who starts jobs. */
  private static final int MOST_ANCESTORS = 64;

  /** A stat has some 400, the user stands in a status's first 400, a path has at most 4096. */
  private static final int MOST_BYTES = 4_096 + 256;

  private final Path proc;

  public ProcessTable(SysRoot root) {
    this.proc = root.proc();
  }

  /** Empty if there is none of this pid, if it has ended, or if this user may not see it. */
  public Optional<ProcessFacts> of(long pid) {
    Path directory = proc.resolve(Long.toString(pid));
    try {
      return ProcessFacts.parse(
          pid, text(directory.resolve("stat")), text(directory.resolve("status")));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  public boolean isAlive(WrapperProcess process) {
    return of(process.pid()).filter(now -> now.startTicks() == process.startTicks()).isPresent();
  }

  /** The process itself, its parent and so on, up to one that cannot be seen. */
  List<ProcessFacts> chain(ProcessFacts process) {
    List<ProcessFacts> chain = new ArrayList<>();
    Optional<ProcessFacts> next = Optional.of(process);
    while (next.isPresent() && chain.size() < MOST_ANCESTORS) {
      chain.add(next.get());
      long parent = next.get().parent();
      next = parent > 1 ? of(parent) : Optional.empty();
    }
    return chain;
  }

  /**
   * The beginning of one of a process's files, which has all that is asked of it. Some are as long
   * as their process makes them: a command line a gigabyte, a status by its groups. A program's
   * name may be any bytes.
   */
  static String text(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1);
    }
  }
}
