package org.sobre.daemon;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.ledger.JobLine;

/**
 * Jobs of which prolog or epilog told nothing, or too late, in the daemon's loop over written files
 * of /proc; GPU-a draws 100 W. Real slurmstepds are {@code JobRepairIT}'s.
 */
@Timeout(60)
abstract class MissedHooks {

  static final int ALICE = 1000;
  static final long JOULE = 1_000_000;

  @TempDir Path directory;
  private @Nullable WrittenNode written;

  @BeforeEach
  void layOut() throws IOException {
    written = new WrittenNode(directory);
  }

  WrittenNode node() {
    return requireNonNull(written);
  }

  /** A step of root's that has a process of Alice's, which is on the GPU. */
  void startOnGpu(long pid, String title, long startTicks) throws IOException {
    node().proc.startStep(pid, title, startTicks);
    node().proc.start(pid + 1, pid, ALICE, startTicks + 1);
    node().onGpu.add(pid + 1);
  }

  void endOnGpu(long pid) throws IOException {
    node().onGpu.clear();
    node().proc.end(pid + 1);
    node().proc.end(pid);
  }

  JobLine theLine() throws Exception {
    assertThat(node().findings()).isEmpty();
    assertThat(node().lines()).hasSize(1);
    return node().lines().get(0);
  }

  static long microjoules(JobLine line) {
    return line.energy().stream().mapToLong(part -> part.energy().total().microjoules()).sum();
  }
}
