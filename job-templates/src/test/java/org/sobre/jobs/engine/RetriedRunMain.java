package org.sobre.jobs.engine;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileReader;

/**
 * A wrapper with standard streams of its own, on a card of 24 GiB that is not there: directory,
 * whether to retry, command.
 */
final class RetriedRunMain {

  /** What squeue says is left of the job. */
  static final String LEFT = "SQUEUE_SAYS";

  private static final String CARD = "GPU-1, 24210, 24564, 8.9, 555.42, a card\n";

  /** What of the card is free once the command has begun for the first time, in MiB. */
  static final String THEN = "FREE_THEN";

  private RetriedRunMain() {}

  private static String card(Path directory) {
    String then = System.getenv(THEN);
    return then == null || !Files.exists(directory.resolve("starts"))
        ? CARD
        : CARD.replace("24210", then);
  }

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    ModelProfile profile = ProfileReader.read(directory.resolve("planted.yaml"));
    ToolRunner tools =
        (command, environment, deadline) ->
            new ToolResult(
                command,
                ToolResult.Ending.EXITED,
                OptionalInt.of(0),
                command.get(0).equals("squeue")
                    ? System.getenv("SLURM_JOB_ID") + " " + System.getenv(LEFT)
                    : card(directory),
                "",
                Duration.ZERO);
    CalibrationStore store =
        new CalibrationStore(directory.resolve("calibration"), "n1", List.of(), Set.of());
    int status =
        new WrappedRun(
                System.getenv(),
                new SysRoot(directory),
                tools,
                "nvidia-smi",
                (devices, program) -> Reading.unavailable(Reason.NOT_PRESENT, "nobody"),
                Advice.SLURM,
                ModelsConfig.NONE,
                SignalRelay.none(),
                new PrintWriter(System.out, true, StandardCharsets.UTF_8),
                new PrintWriter(System.err, true, StandardCharsets.UTF_8))
            .withCalibration(
                store,
                Clock.fixed(Instant.parse("2026-11-21T23:00:00Z"), ZoneOffset.UTC),
                Boolean.parseBoolean(arguments[1]))
            .execute(
                new RunRequest(
                    Arrays.asList(arguments).subList(2, arguments.length),
                    Optional.of(profile),
                    false,
                    OptionalLong.empty(),
                    false,
                    false));
    System.exit(status);
  }
}
