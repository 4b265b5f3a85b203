package org.sobre.energy.meter;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.sobre.hardware.gpu.nvidia.NvidiaQueryFields;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** Which of the wanted columns the installed driver knows, by its own help text. */
final class NvidiaFieldChoice implements ToolRowStream.FieldChoice {

  /** As long as discovery waits for device nodes: the first call may load the driver. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private static final Set<String> POWERS =
      Set.of(NvidiaRowParser.AVERAGE, NvidiaRowParser.DRAW, NvidiaRowParser.INSTANT);

  private final ToolRunner tools;
  private final String program;

  NvidiaFieldChoice(ToolRunner tools, String program) {
    this.tools = tools;
    this.program = program;
  }

  @Override
  public Reading<List<String>> choose() {
    ToolResult result = tools.run(List.of(program, "--help-query-gpu"), DEADLINE);
    return switch (result.ending()) {
      case NOT_FOUND -> Reading.unavailable(Reason.NOT_PRESENT, program + " is not installed");
      case TIMED_OUT -> Reading.unavailable(Reason.TIMED_OUT, "--help-query-gpu hangs");
      case NOT_STARTED, TOO_MUCH_OUTPUT ->
          Reading.unavailable(Reason.FAILED, "--help-query-gpu: " + result.ending());
      case EXITED -> known(result);
    };
  }

  private static Reading<List<String>> known(ToolResult result) {
    List<String> fields =
        NvidiaQueryFields.parse(result.stdout()).intersect(NvidiaRowParser.WANTED);
    if (!fields.contains(NvidiaRowParser.UUID) || fields.stream().noneMatch(POWERS::contains)) {
      String firstLine = result.stdout().lines().findFirst().orElse("");
      return Reading.unavailable(
          Reason.FAILED,
          "--help-query-gpu: expected uuid and a power.draw, found " + fields + " " + firstLine);
    }
    return Reading.of(fields);
  }
}
