package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.NoSuchFileException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.HostName;
import org.sobre.hardware.probe.Deadline;
import org.sobre.slurm.command.Scontrol;
import org.sobre.slurm.health.HealthConfig;
import org.sobre.slurm.health.HealthPolicy;
import org.sobre.slurm.node.SlurmConfig;
import org.sobre.slurm.registration.CallBudget;
import org.sobre.slurm.registration.NodeRegistrar;
import org.sobre.slurm.registration.RegistrationLock.Work;
import org.sobre.slurm.registration.RegistrationPolicy;
import org.sobre.slurm.registration.RegistrationSettler;
import org.sobre.slurm.registration.RegistrationSettler.Outcome;

/** Brings Slurm's record of this node in line: before slurmd starts, and once it has. */
final class Registering {

  private static final Messages MESSAGES = Messages.of(Registering.class);

  /** Of the lock alone, which is taken only once slurmd has registered. */
  private static final Duration AFTER_SLURMD = Duration.ofSeconds(30);

  /** Slurm is asked for 6 s at most, and a call that hangs takes half a second to be killed. */
  static final Duration FOR_SLURM = Duration.ofSeconds(7);

  private static final Duration PER_QUESTION = Duration.ofSeconds(3);

  private final ThisNode node;
  private final Optional<RegistrationPolicy> policy;
  private final PrintWriter out;

  /**
   * @param out what people read
   * @throws ConfigurationException with all problems of the configuration
   */
  Registering(ThisNode node, SobreConfig config, PrintWriter out) throws ConfigurationException {
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    HealthConfig health = HealthConfig.from(config.health());
    config.problems().refuseIfAny();
    this.node = requireNonNull(node, "node");
    this.out = requireNonNull(out, "out");
    this.policy =
        slurm
            .controller()
            .map(
                controller ->
                    new RegistrationPolicy(
                        controller, slurm.actOnNodes(), health.policy() == HealthPolicy.DRAIN));
  }

  /** Whether there is no controller, and so no record. */
  boolean isOfStation() {
    return policy.isEmpty();
  }

  /**
   * A clock in doubt is waited for, as long as there is time: Slurm refuses who lives in another.
   * That the controller is away is said and no failure: slurmd must start.
   *
   * @return the exit status
   */
  int beforeSlurmd(Deadline deadline) throws IOException {
    if (policy.isEmpty()) {
      return station();
    }
    Scontrol scontrol = new Scontrol(deadline.bounding(node.tools()), policy.get().controller());
    String name = HostName.of(node.root());
    ClockWait wait =
        new ClockWait(
            WallClockTrust.of(node.root()),
            Clock.systemUTC(),
            () -> scontrol.showNode(name, deadline.atMost(PER_QUESTION)),
            pause -> LockSupport.parkNanos(pause.toNanos()),
            said -> say(List.of(said)));
    if (wait.inVainUntil(deadline.earlierBy(FOR_SLURM))) {
      return ExitCode.DONE;
    }
    NodeRegistrar registrar =
        new NodeRegistrar(node.directory(), node.root(), policy.get(), scontrol);
    say(
        explained(
            () ->
                node.alone(deadline, () -> registrar.register(CallBudget.beforeSlurmd(deadline)))));
    return ExitCode.DONE;
  }

  /**
   * The lock is taken only once slurmd has registered.
   *
   * @return the exit status; that of a controller that is away says to try again
   */
  int afterSlurmd() throws IOException {
    if (policy.isEmpty()) {
      return station();
    }
    RegistrationSettler settler =
        new RegistrationSettler(
            node.directory(),
            node.root(),
            policy.get(),
            new Scontrol(node.tools(), policy.get().controller()));
    Outcome outcome = explained(() -> settled(settler, CallBudget.afterSlurmd()));
    say(outcome.said());
    return switch (outcome.next()) {
      case DONE -> ExitCode.DONE;
      case AGAIN -> ExitCode.UNAVAILABLE;
      case AGAIN_MUCH_LATER -> ExitCode.REFUSED;
    };
  }

  private Outcome settled(RegistrationSettler settler, CallBudget budget)
      throws IOException, JsonShapeException {
    Optional<Outcome> absent = settler.awaitRegistered(budget);
    return absent.isPresent()
        ? absent.get()
        : node.alone(Deadline.in(AFTER_SLURMD), () -> settler.settle(budget));
  }

  private int station() {
    say(List.of(MESSAGES.text("register.station")));
    return ExitCode.DONE;
  }

  private void say(List<String> said) {
    said.forEach(out::println);
    out.flush();
  }

  /** With what is wrong with the published files in words. */
  private <T> T explained(Work<T, JsonShapeException> work) throws IOException {
    try {
      return work.run();
    } catch (NoSuchFileException e) {
      throw new Failure(ExitCode.UNAVAILABLE, e.getFile() + " " + e.getReason());
    } catch (JsonShapeException e) {
      throw new Failure(
          ExitCode.BAD_DATA,
          MESSAGES.text(
              "register.badDocument",
              node.directory().resolve("node.json"),
              String.valueOf(e.getMessage())));
    }
  }
}
