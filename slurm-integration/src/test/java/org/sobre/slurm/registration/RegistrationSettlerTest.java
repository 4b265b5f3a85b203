package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.gres.Nodes;
import org.sobre.slurm.registration.RegistrationSettler.Next;
import org.sobre.slurm.registration.RegistrationSettler.Outcome;

/** What is done once slurmd runs, also where nothing was published before it. */
class RegistrationSettlerTest {

  @TempDir private Path root;
  private final SimulatedSlurm slurm = new SimulatedSlurm();
  private TestNode node = new TestNode(Path.of(""), slurm);

  @BeforeEach
  void justBooted() throws IOException {
    node = new TestNode(root, slurm);
    Files.createDirectories(node.directory());
    Files.createDirectories(root.resolve("proc/sys/kernel/random"));
    Files.writeString(root.resolve("proc/sys/kernel/hostname"), "n1.example.org\n");
    node.powerOn();
  }

  @Test
  void aNodeThatCouldNotDescribeItselfIsHeldOutUntilItHas() throws IOException, JsonShapeException {
    slurm.slurmdStarts("");
    assertThat(settle(true).next()).isEqualTo(Next.DONE);
    assertThat(slurm.shown("State")).contains("IDLE+DRAIN");
    assertThat(slurm.shown("Reason"))
        .get()
        .asString()
        .startsWith("sobre: register: this node could not be described");
    node.publish();
    settle(true);
    assertThat(slurm.shown("State")).contains("IDLE");
    assertThat(slurm.shown("Reason")).isEmpty();
  }

  @Test
  void aDocumentOfTheBootBeforeDescribesNothing() throws IOException, JsonShapeException {
    node.publish();
    slurm.slurmdStarts("");
    Files.writeString(root.resolve("proc/sys/kernel/random/boot_id"), "another\n");
    assertThat(settle(true).said().get(0)).contains("run `sobre node publish`");
    assertThat(slurm.shown("State")).contains("IDLE+DRAIN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fan is loud [root@2026-11-21T09:00:00]",
        "sobre: health: GPU 1 has fallen off the bus [root@2026-11-21T09:00:00]",
        "sobre: register: 1 of 2 GPUs is missing: NVIDIA L4 [root@2026-11-21T09:00:00]"
      })
  void whoIsHeldOutAlreadyStaysAsHeIs(String reason) throws IOException, JsonShapeException {
    slurm.slurmdStarts("");
    slurm.adminDrains(reason);
    assertThat(settle(true).said()).last().asString().contains("stays as it is");
    assertThat(slurm.shown("Reason")).contains(reason);
  }

  @Test
  void anAdminsDownStandsAndSlurmsOwnDoesNot() throws IOException, JsonShapeException {
    slurm.slurmdStarts("");
    slurm.adminSetsDown("PSU burnt [root@2026-11-21T09:00:00]");
    assertThat(settle(true).said()).last().asString().contains("PSU burnt");
    slurm.adminSetsDown("Not responding [slurm@2026-11-21T09:00:00]");
    assertThat(settle(true).said()).last().asString().contains("set on n1");
    assertThat(slurm.shown("State")).contains("DOWN+DRAIN");
  }

  @Test
  void withActOnNodesOffItOnlySays() throws IOException, JsonShapeException {
    slurm.slurmdStarts("");
    assertThat(settle(false).said())
        .last()
        .asString()
        .contains("nothing is done", "could not be described");
    assertThat(slurm.shown("State")).contains("IDLE");
  }

  @Test
  void waitsForSlurmdToRegister() throws IOException {
    CallBudget patient =
        budget(
            Duration.ofSeconds(10),
            () -> {
              if (slurm.asked().size() == 3) {
                slurm.slurmdStarts("");
              }
            });
    assertThat(settler(slurm, true).awaitRegistered(patient)).isEmpty();
    assertThat(slurm.asked()).hasSize(4).containsOnly("scontrol show node n1");
  }

  @Test
  void aSlurmdThatDoesNotComeIsWaitedForAgain() throws IOException {
    Optional<Outcome> outcome =
        settler(slurm, true).awaitRegistered(budget(Duration.ofSeconds(10), () -> {}));
    assertThat(outcome).map(Outcome::next).contains(Next.AGAIN);
    assertThat(outcome.orElseThrow().said()).containsExactly("slurmd has not registered n1 yet");
  }

  @Test
  void aRefusalIsNoControllerThatIsAway() throws IOException, JsonShapeException {
    FakeSlurm refusing = new FakeSlurm().refuses("Access/permission denied");
    assertThat(settler(refusing, true).awaitRegistered(refusing.budget()))
        .map(Outcome::next)
        .contains(Next.AGAIN_MUCH_LATER);
    FakeSlurm away = new FakeSlurm().hangs();
    assertThat(settler(away, true).awaitRegistered(away.budget()))
        .map(Outcome::next)
        .contains(Next.AGAIN);
    node.publish(Nodes.card(0, "NVIDIA L4", 23034, 0));
    assertThat(settler(refusing, true).settle(refusing.budget()).next())
        .isEqualTo(Next.AGAIN_MUCH_LATER);
  }

  private Outcome settle(boolean mayAct) throws IOException, JsonShapeException {
    return settler(slurm, mayAct).settle(slurm.budget());
  }

  private RegistrationSettler settler(ToolRunner tools, boolean mayAct) {
    return new RegistrationSettler(
        node.directory(),
        new SysRoot(root),
        new RegistrationPolicy("ctl:6817", mayAct, true),
        new Scontrol(tools, "ctl:6817"));
  }

  /** A clock that only waiting moves. */
  private static CallBudget budget(Duration inAll, Runnable whileWaiting) {
    long[] nanos = {0};
    return new CallBudget(
        inAll,
        () -> nanos[0],
        wait -> {
          nanos[0] += wait.toNanos();
          whileWaiting.run();
        });
  }
}
