package org.sobre.slurm.command;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.ScontrolException.Kind;

/**
 * {@code scontrol}, told where the controller is by SLURM_CONF_SERVER: this works before slurmd has
 * fetched any configuration (seen with 22.05.8; 5 ms). Without a controller scontrol retries for
 * more than 8 s, so each call has a deadline.
 */
public final class Scontrol {

  /** Of what Slurm says; its refusals are two lines. */
  private static final int MAX_SAID = 1000;

  /** A controller that is well answers in less. */
  private static final Duration SHORT = Duration.ofMillis(500);

  private final ToolRunner tools;
  private final Map<String, String> environment;

  /**
   * @param controller {@code host:port} of slurmctld
   */
  public Scontrol(ToolRunner tools, String controller) {
    this.tools = tools;
    this.environment = Map.of("SLURM_CONF_SERVER", controller);
  }

  /** Slurm's record of a node; empty if it does not know the node. */
  public Optional<NodeRecord> showNode(String node, Duration deadline) throws ScontrolException {
    ToolResult result = run(List.of("show", "node", node), deadline);
    if (result.stdout().strip().equals("Node " + node + " not found")) {
      return Optional.empty();
    }
    refuseUnlessDone(result);
    return Optional.of(NodeRecord.parse(result.stdout()));
  }

  /**
   * @param values as scontrol names them: {@code State}, {@code Reason}, {@code Comment}
   */
  public void updateNode(String node, Map<String, String> values, Duration deadline)
      throws ScontrolException {
    List<String> arguments = new ArrayList<>(List.of("update", "NodeName=" + node));
    values.forEach((key, value) -> arguments.add(key + "=" + value));
    refuseUnlessDone(run(arguments, deadline));
  }

  /**
   * @throws ScontrolException of kind BUSY while a job is on the node
   */
  public void deleteNode(String node, Duration deadline) throws ScontrolException {
    refuseUnlessDone(run(List.of("delete", "NodeName=" + node), deadline));
  }

  private ToolResult run(List<String> arguments, Duration deadline) {
    List<String> command = new ArrayList<>(List.of("scontrol"));
    command.addAll(arguments);
    return tools.run(command, environment, deadline);
  }

  private void refuseUnlessDone(ToolResult result) throws ScontrolException {
    if (result.succeeded()) {
      return;
    }
    String what = String.join(" ", result.command());
    String all = (result.stdout() + result.stderr()).strip();
    String said =
        String.join("; ", all.substring(0, Math.min(all.length(), MAX_SAID)).lines().toList());
    switch (result.ending()) {
      case NOT_FOUND, NOT_STARTED ->
          throw new ScontrolException(
              Kind.UNREACHABLE,
              "scontrol cannot be run: install Debian's slurm-client, or put it on PATH");
      case TIMED_OUT ->
          throw new ScontrolException(
              Kind.UNREACHABLE,
              "the controller at "
                  + environment.get("SLURM_CONF_SERVER")
                  + " did not answer "
                  + waited(result.took())
                  + " ("
                  + what
                  + ")");
      case EXITED, TOO_MUCH_OUTPUT -> throw new ScontrolException(kind(said), what + ": " + said);
    }
  }

  /** Of a boot's last call little time may be left: that no answer came in it says nothing. */
  private static String waited(Duration took) {
    return took.compareTo(SHORT) < 0
        ? "in the little time that was left to ask it"
        : String.format(Locale.ROOT, "within %.1f s", took.toMillis() / 1000.0);
  }

  private static Kind kind(String said) {
    if (said.contains("Requested nodes are busy")) {
      return Kind.BUSY;
    }
    return said.contains("Unable to contact slurm controller")
            || said.contains("Unable to process configuration")
            || said.contains("Could not establish a configuration source")
        ? Kind.UNREACHABLE
        : Kind.REFUSED;
  }
}
