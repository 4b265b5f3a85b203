package org.sobre.jobs.launch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What comes while there is no child. Without a witness: this JVM's signals are not taken. */
class SignalRelayTest {

  private static final String WRITES =
      "for s in TERM USR1 USR2; do trap \"echo $s >>'$0'\" $s; done; echo up >>\"$0\";"
          + " while :; do sleep 0.05; done";

  @TempDir private Path directory;

  private final SignalRelay relay = new SignalRelay(List.of(), SignalRule.STEP, false);
  private Path log;
  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void place() {
    log = directory.resolve("log");
  }

  @AfterEach
  void end() throws InterruptedException {
    for (Process child : started) {
      child.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }

  /** Slurm tells all processes of a step, of which the child is none yet. */
  @Test
  void inAStepWhatComesBeforeTheChildIsThereIsItsOwn() throws Exception {
    relay.install();
    relay.childStarts();
    relay.received("USR1");
    Process child = start();
    // by now it is there, and has got this one itself
    relay.received("USR2");
    relay.childStarted(child);
    awaitLog("up", "USR1");
  }

  /** As {@code --signal=B:USR1@60}, while Slurm is asked whether there is time for another. */
  @Test
  void whatComesBetweenTwoChildrenIsTheNextOnes() throws Exception {
    relay.install();
    relay.childStarts();
    relay.childEnded();
    relay.received("USR1");
    relay.install();
    relay.childStarts();
    Process child = start();
    relay.childStarted(child);
    awaitLog("up", "USR1");
    assertThat(relay.seen()).containsExactly("USR1");
  }

  private Process start() throws IOException {
    Process child = new ProcessBuilder("sh", "-c", WRITES, log.toString()).start();
    started.add(child);
    awaitLog("up");
    return child;
  }

  private void awaitLog(String... lines) {
    await()
        .atMost(Wrappers.PATIENCE)
        .untilAsserted(() -> assertThat(Files.readAllLines(log)).containsExactly(lines));
  }
}
