package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.Reading;
import org.sobre.jobs.engine.JobSocketClient.Declaration;
import org.sobre.jobs.station.FakeDaemon;
import org.sobre.slurm.job.JobKey;

class JobSocketClientTest {

  private static final JobKey JOB = new JobKey(12345, 0);
  private static final Declaration WORDS =
      new Declaration(
          Optional.of("sd21-infer"),
          OptionalLong.of(4),
          Optional.of("image"),
          OptionalLong.of(64),
          false);

  @TempDir private Path directory;

  @Test
  void negativeEnergyIsNone() {
    String line = "{\"v\":1,\"joules\":-5,\"observedSeconds\":1,\"elapsedSeconds\":1}";
    assertThatThrownBy(() -> JobEnergy.parse(line))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageContaining("joules: expected a number from 0, found -5");
  }

  @Test
  void asksAndReadsWhatTheDaemonSays() throws IOException {
    String answer =
        """
        {"v":1,"job":"12345.0","joules":1234,"observedSeconds":59,"elapsedSeconds":60,\
        "parts":[{"part":"gpu","device":"GPU-5c","quality":"sampled","joules":1200}],\
        "missing":[{"part":"cpu-package","device":"0","reason":"no-permission"}]}
        """;
    try (FakeDaemon daemon = new FakeDaemon(socket(), line -> answer)) {
      Reading<JobEnergy> energy = client().energy(JOB);
      assertThat(daemon.asked)
          .containsExactly("{\"v\":1,\"job\":\"12345.0\",\"ask\":\"energy\"}\n");
      assertThat(energy.measured())
          .contains(
              new JobEnergy(
                  1234,
                  59,
                  60,
                  List.of(new JobEnergy.PartEnergy("gpu", "GPU-5c", "sampled", 1200)),
                  List.of(new JobEnergy.MissingPart("cpu-package", "0", "no-permission"))));
    }
  }

  @Test
  void declaresOnlyWhatIsKnown() throws IOException {
    try (FakeDaemon daemon = new FakeDaemon(socket(), line -> "{\"v\":1,\"ok\":true}\n")) {
      assertThat(client().declare(JOB, WORDS).measured()).contains(true);
      Declaration nothing =
          new Declaration(
              Optional.empty(), OptionalLong.empty(), Optional.empty(), OptionalLong.of(7), true);
      client().declare(JOB, nothing);
      assertThat(daemon.asked)
          .containsExactly(
              "{\"v\":1,\"job\":\"12345.0\",\"declare\":{\"profile\":\"sd21-infer\","
                  + "\"batchSize\":4,\"unit\":\"image\",\"items\":64}}\n",
              "{\"v\":1,\"job\":\"12345.0\",\"declare\":{\"items\":7,\"keep\":true}}\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"v\":1,\"error\":\"job 12345.0 is not yours\"}|sobre-monitord says: job 12345.0",
        "{\"v\":1}|joules: this key is required and missing",
        "{\"v\":1,\"joules\":\"many\"}|joules: expected a whole number",
        "hello|not valid JSON",
        "''|JSON",
        "silence|did not answer within"
      })
  void whateverIsWrongIsAReasonWithinTheDeadline(String answer, String reason) throws IOException {
    UnaryOperator<String> answers = line -> answer;
    try (FakeDaemon daemon = new FakeDaemon(socket(), answers)) {
      long begin = System.nanoTime();
      String found = client().energy(JOB).match(energy -> "energy", missing -> missing.detail());
      assertThat(found).contains(reason);
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
      assertThat(daemon.asked).hasSize(1);
    }
  }

  @Test
  void withoutADaemonTheReasonNamesTheSocket() {
    String reason = client().energy(JOB).match(energy -> "energy", missing -> missing.detail());
    assertThat(reason).isEqualTo("no sobre-monitord on this node (" + socket() + " is not there)");
  }

  @Test
  void aSocketThatADeadDaemonLeftIsAReason() throws IOException {
    new FakeDaemon(socket(), line -> "").close();
    String reason = client().energy(JOB).match(energy -> "energy", missing -> missing.detail());
    assertThat(reason).containsIgnoringCase("refused");
  }

  private Path socket() {
    return directory.resolve("job.sock");
  }

  private JobSocketClient client() {
    return new JobSocketClient(socket(), Duration.ofMillis(500));
  }
}
