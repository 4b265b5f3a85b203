package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/**
 * Whether Slurm's commands are there and start. A node is nothing without slurmd, and describes
 * itself with scontrol; a station needs none of them.
 *
 * @param root where a daemon lies that a user's PATH does not name
 */
record SlurmCommandFindings(ToolRunner runner, SysRoot root) {

  private static final Messages MESSAGES = Messages.of(SlurmCommandFindings.class);
  private static final List<String> COMMANDS = List.of("scontrol", "sacct", "slurmd");
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  /** On root's PATH, seldom on a user's. */
  private static final List<String> DAEMONS = List.of("usr/sbin", "usr/local/sbin");

  /** Asked for their version, they would look for the cluster first; an empty file stops them. */
  private static final Map<String, String> NO_CLUSTER = Map.of("SLURM_CONF", "/dev/null");

  SlurmCommandFindings {
    requireNonNull(runner, "runner");
    requireNonNull(root, "root");
  }

  List<Finding> of(MachineRole role) {
    return COMMANDS.stream().map(command -> finding(command, role)).toList();
  }

  /** Only slurmd tells its version without a cluster. */
  private Finding finding(String command, MachineRole role) {
    ToolResult result = runner.run(List.of(command, "-V"), NO_CLUSTER, DEADLINE);
    return switch (result.ending()) {
      case EXITED ->
          new Finding(
              Severity.NOTE,
              command,
              result.succeeded()
                  ? MESSAGES.text("doctor.slurm.version", result.stdout().strip())
                  : MESSAGES.text("doctor.slurm.there"));
      case NOT_FOUND -> notOnPath(command, role);
      case TIMED_OUT -> unwell(command, result, "doctor.slurm.silent");
      case NOT_STARTED -> unwell(command, result, "doctor.slurm.notStarted");
      case TOO_MUCH_OUTPUT -> unwell(command, result, "doctor.slurm.tooMuch");
    };
  }

  private Finding notOnPath(String command, MachineRole role) {
    if (DAEMONS.stream().anyMatch(directory -> isProgram(directory, command))) {
      return new Finding(Severity.NOTE, command, MESSAGES.text("doctor.slurm.there"));
    }
    boolean needed = !command.equals("sacct");
    String why =
        switch (role) {
          case STATION -> "station";
          case OTHER -> needed ? "other" : command;
          case NODE -> command;
        };
    return new Finding(
        role == MachineRole.NODE && needed ? Severity.PROBLEM : Severity.NOTE,
        command,
        MESSAGES.text("doctor.slurm.absent." + why));
  }

  private boolean isProgram(String directory, String command) {
    Path program = root.root().resolve(directory).resolve(command);
    return Files.isRegularFile(program) && Files.isExecutable(program);
  }

  /** With the command's own words, where it had any. */
  private static Finding unwell(String command, ToolResult result, String key) {
    String said = result.stderr().strip();
    return new Finding(
        Severity.WARNING,
        command,
        said.isEmpty()
            ? MESSAGES.text(key, DEADLINE.toSeconds())
            : MESSAGES.text("doctor.slurm.says", said));
  }
}
