package org.sobre.jobs.launch;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.sobre.energy.occupancy.ProcessFacts;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.job.StepTitle;

/** The step of a job that a process runs in: the slurmstepd among its parents says which. */
public final class StepAbove {

  private static final String PROGRAM = "slurmstepd";

  /** A chain of parents longer than this is none of a job's. */
  private static final int MOST_PARENTS = 64;

  private static final int MOST_BYTES = 4_096;

  private StepAbove() {}

  /**
   * @return the nearest; empty if there is none, or parents cannot be seen
   */
  public static Optional<StepTitle> of(SysRoot root, long pid) {
    ProcessTable table = new ProcessTable(root);
    Optional<ProcessFacts> process = table.of(pid);
    for (int parents = 0; parents < MOST_PARENTS && process.isPresent(); parents++) {
      Optional<StepTitle> title = process.flatMap(facts -> title(root.proc(), facts));
      if (title.isPresent()) {
        return title;
      }
      process = process.map(ProcessFacts::parent).filter(parent -> parent > 0).flatMap(table::of);
    }
    return Optional.empty();
  }

  /**
   * Of a program of that name only: the reader of a command line waits for the process's memory.
   */
  private static Optional<StepTitle> title(Path proc, ProcessFacts process) {
    if (!process.program().startsWith(PROGRAM)) {
      return Optional.empty();
    }
    Path cmdline = proc.resolve(Long.toString(process.pid())).resolve("cmdline");
    try (InputStream in = Files.newInputStream(cmdline)) {
      return StepTitle.parse(new String(in.readNBytes(MOST_BYTES), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
