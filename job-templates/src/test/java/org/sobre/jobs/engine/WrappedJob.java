package org.sobre.jobs.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.UnknownProfileException;
import org.sobre.jobs.station.RunOpening;

/**
 * A job of Slurm on one GPU whose command is wrapped: from the allocation to the summary, with a
 * real child and a real socket.
 */
abstract class WrappedJob {

  static final String CARD = "GPU-aa11, 24210, 24564, 8.9, 535.154.05, NVIDIA GeForce RTX 4090\n";
  static final String ENERGY =
      """
      {"v":1,"job":"7.0","joules":7200,"observedSeconds":59,"elapsedSeconds":60,\
      "parts":[{"part":"gpu","device":"GPU-aa11","quality":"sampled","joules":7200}],\
      "missing":[{"part":"cpu-package","device":"0","reason":"no-permission"}]}
      """;

  static final String BEGIN = "{\"v\":1,\"joules\":0,\"observedSeconds\":0,\"elapsedSeconds\":0}\n";

  @TempDir Path directory;

  final FakeTools tools = new FakeTools();
  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final Map<String, String> environment = new HashMap<>();

  Advice advice = Advice.SLURM;
  RunOpening outsideSlurm =
      (devices, program) -> Reading.unavailable(Reason.NOT_PRESENT, "nobody counts here");

  @BeforeEach
  void aSlurmJobOnOneGpu() throws IOException {
    Files.createDirectories(directory.resolve("run/sobre"));
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("SLURM_JOB_ID", "7");
    environment.put("SLURM_JOB_GPUS", "0");
    environment.put("CUDA_VISIBLE_DEVICES", "0");
  }

  /** One answer to the first question after energy, another to those after it. */
  static final class AtBothEnds implements UnaryOperator<String> {
    private final String end;
    private String next;

    AtBothEnds(String begin, String end) {
      this.next = begin;
      this.end = end;
    }

    @Override
    public String apply(String line) {
      if (line.contains("declare")) {
        return "{\"v\":1,\"ok\":true}\n";
      }
      String answer = next;
      next = end;
      return answer;
    }
  }

  int run(RunRequest request) throws PlanningException {
    return wrapped().execute(request);
  }

  WrappedRun wrapped() {
    return new WrappedRun(
            environment,
            new SysRoot(directory),
            tools,
            "nvidia-smi",
            outsideSlurm,
            advice,
            ModelsConfig.NONE,
            SignalRelay.none(),
            new PrintWriter(out, false, StandardCharsets.UTF_8),
            new PrintWriter(err, false, StandardCharsets.UTF_8))
        .withHint(run -> Optional.of("ask for fewer"));
  }

  List<String> writes(String text) {
    return List.of(
        "sh", "-c", "printf %s \"$1\" > \"$0\"", directory.resolve("said").toString(), text);
  }

  static RunRequest request(Optional<String> profile, long items, List<String> command) {
    return new RunRequest(
        command,
        profile.map(WrappedJob::profile),
        false,
        items == 0 ? OptionalLong.empty() : OptionalLong.of(items),
        false,
        false);
  }

  static ModelProfile profile(String name) {
    try {
      return new ProfileCatalog(List.of(Path.of("..", "conf", "profiles"))).load(name);
    } catch (IOException | ConfigurationException | UnknownProfileException e) {
      throw new AssertionError(e);
    }
  }

  String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
