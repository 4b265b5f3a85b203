package org.sobre.it.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The lab's judge of the ledger: on the frozen ledger of two nodes, and on one made by hand. */
class ExpectedEnergyTest {

  private static final Path LAB = Path.of("lab").toAbsolutePath();
  private static final Path LEDGER = Path.of("src/test/resources/frozen/v1/ledger");
  private static final String T4 = "GPU-d37e67a5-91dd-3774-a5cb-99096249601a";

  /** The functions below are at the beginning of their period of 100 s. */
  private static final Instant EPOCH = Instant.ofEpochSecond(1_795_280_000L);

  private static final String FUNCTIONS =
      """
      n1 gpu         0 100  0:100 50:100 50:200 80:200 80:100
      n1 cpu-package 0 100  0:80 50:80
      """;

  @TempDir private Path directory;

  @BeforeAll
  static void needsItsTools() {
    assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/jq")) && Files.isExecutable(Path.of("/usr/bin/perl")),
        "needs perl and jq");
  }

  @Test
  void everyDeviceOfTheseNodesIsInTheLedger() {
    assertThat(judged("gpu1,cpu1").exitCode()).isZero();
  }

  @Test
  void aDeviceThatNoMeterSawIsMissedByName() {
    Result judged = judged("gpu1,cpu1,mixed1");
    assertThat(judged.exitCode()).isEqualTo(1);
    assertThat(judged.output())
        .contains("mixed1: cpu-package 0: expected its energy in the ledger, found none")
        .containsPattern("mixed1: gpu GPU-c5533cd4-\\S+: expected its energy in the ledger")
        .doesNotContain("gpu1: ", "cpu1: ");
  }

  /**
   * From 10 s to 70 s: 8000 J of the GPU, with a step of 100 W, which may be a second off; of the
   * package's 4800 J each of two jobs that reserved both of the node's processors half, to 1 %.
   */
  @ParameterizedTest
  @CsvSource({
    "8000, 2400, 0",
    "8099, 2423, 0",
    "7901, 2377, 0",
    "8102, 2400, 1",
    "7898, 2400, 1",
    "8000, 2425, 1",
    "8000, 2375, 1",
    "8000, 4800, 1",
    "8000, 0, 1",
  })
  void aJobPaysWhatTheFunctionGivesOfItsGpuAndItsProcessors(
      int gpuJoules, int cpuJoules, int exitCode) throws IOException {
    write(job(1, gpu(gpuJoules, 60), cpu(cpuJoules, 60)), job(2, "", cpu(2400, 60)));
    assertThat(ofJobs("1,2").exitCode()).isEqualTo(exitCode);
    assertThat(ofJobs("2").exitCode()).as("of its neighbour").isZero();
  }

  @Test
  void aDevicesEnergyIsJudgedWhateverItsPart() throws IOException {
    write(balance(8000, 4800));
    assertThat(judge("--within", "1").exitCode()).isZero();
    write(balance(8000, 4900));
    assertThat(judge("--within", "1").exitCode()).isEqualTo(1);
    write(balance(8200, 4800));
    assertThat(judge("--within", "1").exitCode()).isEqualTo(1);
  }

  /** Six seconds at 100 W and at 80 W less, and two that a new daemon needs for its first look. */
  @ParameterizedTest
  @CsvSource({
    "7400, 2160, 54, 0, ''",
    "7200, 2080, 52, 0, ''",
    "8000, 2160, 54, 1, ''",
    "7200, 2160, 54, 1, ''",
    "7400, 2080, 54, 1, ''",
    "7400, 2160, 55, 1, of it are said to be observed in which no daemon ran",
    "8000, 2400, 60, 1, of it are said to be observed in which no daemon ran",
  })
  void nothingIsObservedWhileNoDaemonRan(
      int gpuJoules, int cpuJoules, int observedSeconds, int exitCode, String said)
      throws IOException {
    write(
        job(1, gpu(gpuJoules, observedSeconds), cpu(cpuJoules, observedSeconds)),
        job(2, "", cpu(2160, 54)));
    Result judged = ofJobs("1,2", "--dead", "n1=" + at(30) + "/" + at(36));
    assertThat(judged.exitCode()).as(judged.output()).isEqualTo(exitCode);
    assertThat(judged.output()).contains(said);
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"cpuTimeMicrojoules\":1", "\"staticMicrojoules\":2400000001"})
  void nothingHereTellsTheCpuTimeOfJobs(String key) throws IOException {
    String cpu = cpu(2400, 60);
    write(job(1, "", cpu), job(2, "", cpu.replace("\"missing\":null", key)));
    assertThat(ofJobs("1").exitCode()).isZero();
    assertThat(ofJobs("2").exitCode()).isEqualTo(1);
  }

  @Test
  void aJobWithoutALineIsMissedAndSoIsAGpuThatItHeld() throws IOException {
    write(job(1, "", cpu(2400, 60)).replace("\"gpus\":[]", held()), job(2, "", cpu(2400, 60)));
    Result judged = ofJobs("1,2,3");
    assertThat(judged.exitCode()).isEqualTo(1);
    assertThat(judged.output())
        .contains("job 3: no line")
        .contains("job 1: held a GPU of which its line says nothing: n1: " + T4)
        .doesNotContain("job 2:");
  }

  private static String held() {
    return json("'gpus':[{'device':'%s'}]", T4);
  }

  private static String gpu(int joules, int observedSeconds) {
    return energy("gpu", T4, joules, observedSeconds) + ",";
  }

  private static String cpu(int joules, int observedSeconds) {
    return energy("cpu-package", "0", joules, observedSeconds);
  }

  private static String energy(String part, String device, int joules, int observedSeconds) {
    String format =
        "{'part':'%s','device':'%s','microjoules':{'counter':%d000000},"
            + "'observedMs':%d000,'missing':null}";
    return json(format, part, device, joules, observedSeconds);
  }

  private static String job(int id, String gpu, String cpu) {
    String format =
        "{'kind':'job','node':'n1','job':{'id':%d,'account':'lab'},'begin':'%s','end':'%s',"
            + "'elapsedMs':60000,'held':{'cpus':2,%s},'energy':[%s%s]}";
    String held = gpu.isEmpty() ? json("'gpus':[]") : held();
    return json(format, id, at(10), at(70), held, gpu, cpu);
  }

  private static String balance(int gpuJoules, int cpuJoules) {
    String format =
        "{'kind':'balance','node':'n1','from':'%s','to':'%s','elapsedMs':60000,'meters':[%s,%s]}";
    String gpu = meter("gpu", T4, gpuJoules);
    return json(format, at(10), at(70), gpu, meter("cpu-package", "0", cpuJoules));
  }

  private static String meter(String part, String device, int joules) {
    String format =
        "{'part':'%1$s','device':'%2$s','observedMs':60000,'microjoules':{'counter':%3$d000000},"
            + "'platformMicrojoules':{'counter':%3$d000000}}";
    return json(format, part, device, joules);
  }

  /** With the quotation marks of JSON. */
  private static String json(String format, Object... arguments) {
    return String.format(Locale.ROOT, format.replace('\'', '"'), arguments);
  }

  private static Instant at(int seconds) {
    return EPOCH.plusSeconds(seconds);
  }

  private void write(String... lines) throws IOException {
    Path node = Files.createDirectories(directory.resolve("ledger/n1"));
    Files.write(node.resolve("2026-11.jsonl"), List.of(lines));
    Files.writeString(directory.resolve("functions"), FUNCTIONS);
    Files.writeString(directory.resolve("machines"), "n1 10.99.0.11 tesla-t4_515.105.01_q-x.xml\n");
  }

  private Result ofJobs(String jobs, String... words) {
    List<String> all = new ArrayList<>(List.of("--within", "1", "--processors", "2"));
    all.addAll(List.of("--jobs", jobs));
    all.addAll(List.of(words));
    return judge(all.toArray(String[]::new));
  }

  private Result judge(String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.add(directory.resolve("functions").toString());
    all.add(directory.resolve("machines").toString());
    all.add(LAB.resolve("recordings").toString());
    all.add(directory.resolve("ledger").toString());
    return run(all);
  }

  /** How far off they are is for the integration tests: power functions may change. */
  private static Result judged(String allOf) {
    List<String> words =
        new ArrayList<>(List.of("--within", "1000000", "--but-unobserved", "--all-of", allOf));
    words.add(LAB.resolve("board/power-functions").toString());
    words.add(LAB.resolve("conf/machines").toString());
    words.add(LAB.resolve("recordings").toString());
    words.add(LEDGER.toAbsolutePath().toString());
    return run(words);
  }

  private static Result run(List<String> words) {
    List<String> command =
        new ArrayList<>(List.of(LAB.resolve("board/expected-energy").toString()));
    command.addAll(words);
    return Command.run(command, Map.of(), Duration.ofSeconds(30));
  }
}
