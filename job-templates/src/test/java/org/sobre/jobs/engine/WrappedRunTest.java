package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.launch.Tail;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.UnknownProfileException;
import org.sobre.jobs.station.FakeDaemon;
import org.sobre.jobs.station.MeteredRun;
import org.sobre.jobs.station.RunOpening;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.job.JobKey;

/** From the allocation to the summary, with a real child and a real socket. */
class WrappedRunTest {

  private static final String CARD =
      "GPU-aa11, 24210, 24564, 8.9, 535.154.05, NVIDIA GeForce RTX 4090\n";
  private static final String ENERGY =
      """
      {"v":1,"job":"7.0","joules":7200,"observedSeconds":59,"elapsedSeconds":60,\
      "parts":[{"part":"gpu","device":"GPU-aa11","quality":"sampled","joules":7200}],\
      "missing":[{"part":"cpu-package","device":"0","reason":"no-permission"}]}
      """;

  private static final String BEGIN =
      "{\"v\":1,\"joules\":0,\"observedSeconds\":0,\"elapsedSeconds\":0}\n";

  @TempDir private Path directory;

  private final FakeTools tools = new FakeTools();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> environment = new HashMap<>();

  private Advice advice = Advice.SLURM;
  private RunOpening outsideSlurm =
      (devices, program) -> Reading.unavailable(Reason.NOT_PRESENT, "nobody counts here");

  @BeforeEach
  void aSlurmJobOnOneGpu() throws IOException {
    Files.createDirectories(directory.resolve("run/sobre"));
    environment.put("PATH", "/usr/bin:/bin");
    environment.put("SLURM_JOB_ID", "7");
    environment.put("SLURM_JOB_GPUS", "0");
    environment.put("CUDA_VISIBLE_DEVICES", "0");
  }

  @Test
  void theChildGetsTheBatchAndTheSummaryTellsAll() throws Exception {
    tools.exits(0, CARD);
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      int status =
          run(
              request(
                  Optional.of("sd21-finetune"), 128, writes("{batch_size}/{accumulation}/{gpus}")));
      assertThat(status).isZero();
      assertThat(daemon.asked).hasSize(4);
      assertThat(daemon.asked.get(0)).contains("\"batchSize\":1").doesNotContain("items");
      assertThat(daemon.asked.get(2)).contains("\"items\":128");
    }
    assertThat(directory.resolve("said")).hasContent("1/128/1");
    assertThat(errors().lines())
        .hasSize(6)
        .anyMatch(
            l ->
                l.equals(
                    "sobre: GPUs    1: NVIDIA GeForce RTX 4090 (GPU-aa11), 25.4 GB free of 25.8 GB"))
        .anyMatch(
            l ->
                l.equals(
                    "sobre: batch   1 x 128 steps = 128: variant full needs a card of 24 GB"
                        + " (measured), 25.4 GB are free, which is tight; batch 2 would need 25.8"
                        + " GB with 5 % margin"))
        .anyMatch(l -> l.startsWith("sobre: time    "))
        .anyMatch(
            l ->
                l.equals(
                    "sobre: energy  7200 J (2.00 Wh): gpu 7200 J sampled; without cpu-package"
                        + " (no-permission); 59 of 60 s observed so far"))
        // the rate is SummaryTest's: a child may be over within a millisecond
        .anyMatch(l -> l.startsWith("sobre: exit    0; 128 images"));
  }

  /** Of the four tasks of a step: the job has one batch and one count. */
  @ParameterizedTest
  @CsvSource({"0, true", "1, false", "3, false"})
  void oneTaskSpeaksForTheJobAndKeepsWhatItsCommandSaid(String task, boolean speaks)
      throws Exception {
    tools.exits(0, CARD);
    environment.put("SLURM_PROCID", task);
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      run(request(Optional.of("sd21-finetune"), 0, writes("{batch_size}")));
      List<String> declared =
          daemon.asked.stream().filter(line -> line.contains("declare")).toList();
      assertThat(declared).hasSize(speaks ? 2 : 0);
      if (speaks) {
        assertThat(declared.get(0)).doesNotContain("keep");
        assertThat(declared.get(1)).contains("\"keep\":true").doesNotContain("items");
      }
    }
  }

  /** Two of them have half of the card each; bound to cards of their own they have all. */
  @ParameterizedTest
  @CsvSource({"0, false", "'0,1', true"})
  void tasksThatShareACardAreNotPromisedAllOfIt(String gpusOfStep, boolean fits) throws Exception {
    tools.exits(0, CARD).exits(1, "").exits(1, "");
    environment.put("SLURM_STEP_ID", "0");
    environment.put("SLURM_STEP_NUM_TASKS", "2");
    environment.put("SLURM_STEP_TASKS_PER_NODE", "2");
    environment.put("SLURM_STEP_GPUS", gpusOfStep);
    RunRequest request = request(Optional.of("sd21-finetune"), 0, writes("{accumulation}"));
    if (fits) {
      assertThat(run(request)).isZero();
      assertThat(directory.resolve("said")).hasContent("64");
      assertThat(errors()).contains("batch   1 x 64 steps x 2 processes = 128");
    } else {
      assertThatThrownBy(() -> run(request)).isInstanceOf(PlanningException.class);
    }
  }

  /** The second looks when the first has begun to take its half. */
  @Test
  void tasksThatShareACardPlanTheSameWhoeverLooksFirst() throws Exception {
    Files.createDirectories(directory.resolve("dev/shm"));
    environment.put("SLURM_STEP_ID", "0");
    environment.put("SLURM_STEP_NUM_TASKS", "2");
    environment.put("SLURM_STEP_TASKS_PER_NODE", "2");
    environment.put("SLURM_STEP_GPUS", "0");
    for (String free : List.of("24210", "12500")) {
      tools.exits(0, CARD.replace("24210", free));
      assertThat(run(request(Optional.of("sd15-infer"), 0, writes("{batch_size}")))).isZero();
      assertThat(directory.resolve("said")).hasContent("2");
    }
    tools.exits(0, CARD.replace("24210", "6000"));
    assertThat(run(request(Optional.of("sd15-infer"), 0, writes("{batch_size}")))).isZero();
    assertThat(directory.resolve("said")).hasContent("2");
    assertThat(tools.asked).as("nobody waits for what the others take").hasSize(3);
  }

  /** Of a step over both components the first task of the first; of the second's own step its. */
  @ParameterizedTest
  @CsvSource({"mixed1, 0, 8.0", "mixed1, 1, ", "cpu1, 0, 7.0"})
  void oneTaskOfAHeterogeneousStepDeclaresForItsOwnComponent(
      String node, String task, String declaredFor) throws Exception {
    environment.put("SLURM_HET_SIZE", "2");
    environment.put("SLURM_JOB_NODELIST", node);
    environment.put("SLURM_JOB_NODELIST_HET_GROUP_0", "cpu1");
    environment.put("SLURM_JOB_NODELIST_HET_GROUP_1", "mixed1");
    environment.put("SLURM_JOB_ID_HET_GROUP_0", "7");
    environment.put("SLURM_JOB_ID_HET_GROUP_1", "8");
    environment.put("SLURM_PROCID", task);
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      run(request(Optional.empty(), 5, writes("done")));
      List<String> declared =
          daemon.asked.stream().filter(line -> line.contains("declare")).toList();
      if (declaredFor == null) {
        assertThat(declared).isEmpty();
      } else {
        assertThat(declared)
            .singleElement()
            .asString()
            .contains('"' + declaredFor + '"', "\"items\":5");
      }
    }
  }

  /** With the numbers that its words were filled with; nothing without a profile. */
  @Test
  void theCommandFindsItsPlan() throws Exception {
    tools.exits(0, CARD);
    List<String> command =
        List.of(
            "sh",
            "-c",
            "printf %s \"$SOBRE_PLAN\" >\"$0\"",
            directory.resolve("said").toString(),
            "{batch_size}");
    assertThat(run(request(Optional.of("sd21-finetune"), 0, command))).isZero();
    JsonObject plan = JsonObject.parse(Files.readString(directory.resolve("said")));
    assertThat(plan.requiredString("profile")).isEqualTo("sd21-finetune");
    assertThat(plan.requiredString("variant")).isEqualTo("full");
    assertThat(plan.requiredInteger("batchSize")).isEqualTo(1);
    assertThat(plan.requiredInteger("accumulation")).isEqualTo(128);
    assertThat(plan.requiredInteger("processes")).isEqualTo(1);
    assertThat(plan.requiredInteger("effectiveBatch")).isEqualTo(128);
    assertThat(plan.requiredInteger("budgetMiB")).isEqualTo(24_210);
    assertThat(plan.bool("tight")).contains(true);
    assertThat(plan.requiredString("reason")).contains("needs a card of 24 GB");
    assertThat(run(request(Optional.empty(), 0, command))).isZero();
    assertThat(directory.resolve("said")).hasContent("");
  }

  @Test
  void aDryRunForPrograms() throws Exception {
    tools.exits(0, CARD);
    RunRequest request =
        new RunRequest(
            List.of("train", "{batch_size}x{accumulation}"),
            Optional.of(profile("sd21-finetune")),
            false,
            OptionalLong.empty(),
            true,
            false);
    assertThat(wrapped().withJson().execute(request)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " "))
        .contains(
            "\"command\" : [ \"train\", \"1x128\" ]",
            "\"device\" : \"GPU-aa11\"",
            "\"memoryTotalMiB\" : 24564, \"memoryFreeMiB\" : 24210",
            "\"batchSize\" : 1, \"accumulation\" : 128");
  }

  @Test
  void aTaskOfAHeterogeneousJobSpeaksForItsOwnComponent() throws Exception {
    environment.put("SLURM_HET_SIZE", "2");
    environment.put("SLURM_JOB_NODELIST", "mixed1");
    environment.put("SLURM_JOB_NODELIST_HET_GROUP_0", "cpu1");
    environment.put("SLURM_JOB_NODELIST_HET_GROUP_1", "mixed1");
    environment.put("SLURM_JOB_ID_HET_GROUP_0", "7");
    environment.put("SLURM_JOB_ID_HET_GROUP_1", "8");
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      run(request(Optional.empty(), 0, writes("done")));
      assertThat(daemon.asked)
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).contains("\"8.0\""));
    }
    List<String> launched = List.of("srun", "--het-group=0,1", "true");
    assertThatThrownBy(() -> run(request(Optional.of("sd21-infer"), 0, launched)))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("several components of a heterogeneous job");
  }

  @Test
  void aBatchOfTheCommandsOwnIsToldAndNotDeclared() throws Exception {
    tools.exits(0, CARD);
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      run(request(Optional.of("sd21-finetune"), 0, writes("4")));
      assertThat(daemon.asked).noneMatch(line -> line.contains("batchSize"));
      assertThat(daemon.asked.get(0)).contains("sd21-finetune");
    }
    assertThat(errors()).contains("no {batch_size} in the command: the batch is the command's own");
  }

  @Test
  void theSecondCommandOfAJobHasItsOwnEnergy() throws Exception {
    String before = ENERGY.replace("7200", "7000").replace(":59", ":56").replace(":60", ":57");
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(before, ENERGY))) {
      run(request(Optional.empty(), 0, List.of("true")));
      assertThat(daemon.asked).hasSize(2);
    }
    assertThat(errors())
        .contains("energy  200 J (0.06 Wh): gpu 200 J sampled;", "3 of 3 s observed so far\n");
  }

  @Test
  void aSilentDaemonIsWaitedForShortlyAndACommandThatNeverStartedHasNoEnergy() throws Exception {
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), line -> FakeDaemon.SILENCE)) {
      long begin = System.nanoTime();
      run(request(Optional.empty(), 0, List.of("/no/such/program")));
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
      assertThat(daemon.asked).hasSize(1);
    }
    assertThat(errors()).contains("energy  none: the command was not started\n");
  }

  @Test
  void whatDoesNotFitIsNotStarted() {
    tools.exits(0, CARD).exits(0, "7 (null)\n").exits(1, "");
    assertThatThrownBy(() -> run(request(Optional.of("t0-3b-finetune"), 0, writes("started"))))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("--constraint='vram_ge_64g&gpu_cc_ge_6_0'");
    assertThat(directory.resolve("said")).doesNotExist();
  }

  /** On a cluster without AMD's cards sbatch would refuse their word. */
  @Test
  void theRefusalNamesNoFeatureThatNoNodeHas() {
    tools
        .exits(0, "GPU-aa11, 11000, 11264, 6.1, 535.154.05, NVIDIA GeForce GTX 1080 Ti\n")
        .exits(0, "vram_ge_11g,gpu_vendor_nvidia,gpu_cc_ge_6_0\n(null)\nvram_ge_24g,x\n");
    assertThatThrownBy(() -> run(request(Optional.of("sd21-finetune"), 0, writes("started"))))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("--constraint='vram_ge_24g&gpu_cc_ge_6_0'");
    assertThat(tools.asked.get(1)).containsExactly("sinfo", "-h", "-o", "%f");
  }

  /** By which the submit plugin let the job onto a smaller card. */
  @ParameterizedTest
  @CsvSource({
    "sobre:profile=sd21-finetune sobre:allow-reduced, true",
    "'figure 3;SOBRE:Allow-Reduced', true",
    "not sobre:allow-reduced-ish, false",
    "(null), false"
  })
  void theJobsCommentAllowsReducedVariants(String comment, boolean allowed) throws Exception {
    tools
        .exits(0, "GPU-aa11, 16000, 16376, 8.9, 535.154.05, NVIDIA GeForce RTX 4080\n")
        .exits(0, "7 " + comment + "\n")
        .exits(1, "");
    String[] question = {"squeue", "-h", "-o", "%A %k", "-j", "7"};
    if (allowed) {
      run(request(Optional.of("sd21-finetune"), 0, writes("{batch_size}")));
      assertThat(directory.resolve("said")).exists();
      assertThat(errors()).contains("variant eight-bit");
    } else {
      assertThatThrownBy(() -> run(request(Optional.of("sd21-finetune"), 0, writes("started"))))
          .isInstanceOf(PlanningException.class)
          .hasMessageContaining("--allow-reduced");
    }
    assertThat(tools.asked.get(1)).containsExactly(question);
  }

  /** 1 x 128 steps by the plan, and the command does as it likes. */
  @Test
  void aCommandThatIsNotToldTheStepsIsRemarkedOn() throws Exception {
    tools.exits(0, CARD).exits(0, CARD);
    run(request(Optional.of("sd21-finetune"), 0, writes("{batch_size}")));
    assertThat(errors()).contains("sobre: no {accumulation} in the command: ");
    err.reset();
    run(request(Optional.of("sd21-finetune"), 0, writes("{batch_size} {accumulation}")));
    assertThat(errors()).doesNotContain("in the command");
  }

  @Test
  void anyCommandRunsWithoutAProfileAndAsksNoGpu() throws Exception {
    assertThat(run(request(Optional.empty(), 0, List.of("sh", "-c", "exit 3")))).isEqualTo(3);
    assertThat(tools.asked).isEmpty();
    assertThat(errors())
        .contains("sobre: GPUs    1 (CUDA device [0])")
        .contains("no profile was asked for")
        .contains("energy  none: no sobre-monitord on this node (")
        .contains("sobre: exit    3");
  }

  @Test
  void onANodeOfBothVendorsTheCommandHearsOfItsOwnCardsOnly() throws Exception {
    Files.createDirectories(directory.resolve("run/sobre/slurm"));
    Files.writeString(
        directory.resolve("run/sobre/slurm/node.json"),
        """
        {"v":1,"node":"n1","boot":"b","digest":"d","features":[],
         "gres":[{"position":0,"name":"gpu","type":"a","file":"/dev/nvidia0","device":"GPU-aa"},
                 {"position":1,"name":"gpu","type":"b","file":"/dev/dri/renderD128",
                  "device":"AMD-946d7e1ef9b172dd"}],
         "gpus":[{"vendor":"nvidia","model":"a","state":"ok","uuid":"GPU-aa",
                  "pciBusId":"0000:01:00.0"},
                 {"vendor":"amd","model":"b","state":"ok","uuid":"AMD-946d7e1ef9b172dd",
                  "pciBusId":"0000:c3:00.0"}],
         "cpu":{"model":"m","sockets":1,"cores":1,"threads":1},"memoryMiB":1}
        """);
    environment.put("SLURM_JOB_GPUS", "1");
    environment.put("CUDA_VISIBLE_DEVICES", "1");
    environment.put("ROCR_VISIBLE_DEVICES", "1");
    run(
        request(
            Optional.empty(),
            0,
            List.of(
                "sh",
                "-c",
                "echo ${CUDA_VISIBLE_DEVICES-unset} ${ROCR_VISIBLE_DEVICES-unset} > \"$0\"",
                directory.resolve("said").toString())));
    assertThat(directory.resolve("said")).hasContent("unset GPU-946d7e1ef9b172dd");
    assertThat(errors()).contains("sobre: GPUs    1: AMD-946d7e1e");
  }

  /** One job's words are of one command: what the one before declared is not this one's. */
  @Test
  void aCommandWithoutAProfileTakesThePlaceOfWhatWasDeclaredBefore() throws Exception {
    tools.exits(0, CARD);
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), new AtBothEnds(BEGIN, ENERGY))) {
      run(request(Optional.of("sd21-finetune"), 64, writes("{batch_size}")));
      run(request(Optional.empty(), 100_000, List.of("true")));
      List<String> declared =
          daemon.asked.stream().filter(line -> line.contains("declare")).toList();
      assertThat(declared).hasSize(3);
      assertThat(declared.get(2)).contains("\"items\":100000").doesNotContain("keep");
    }
  }

  /** {@code {resume}} is ours only where a profile is asked for, and never the program. */
  @Test
  void aWordInBracesStaysWhereNoProfileIsAskedFor() throws Exception {
    String said = directory.resolve("said").toString();
    List<String> words = List.of("sh", "-c", "echo $1 >\"$0\"", said, "{resume}");
    run(request(Optional.empty(), 0, words));
    assertThat(directory.resolve("said")).hasContent("{resume}\n");
    assertThat(run(request(Optional.empty(), 0, List.of("{resume}")))).isEqualTo(127);
    tools.exits(0, CARD);
    run(request(Optional.of("sd21-finetune"), 0, words));
    assertThat(directory.resolve("said")).hasContent("\n");
  }

  /** Others' memory is on the card, and what is free is more than the recipe can use. */
  @Test
  void whereThePlanFitsAlreadyNobodyWaitsForFreeMemory() throws Exception {
    tools.exits(0, "GPU-aa11, 900000, 999999, 8.9, 535.154.05, a card\n");
    run(request(Optional.of("sd21-finetune"), 0, writes("{batch_size}/{accumulation}")));
    assertThat(directory.resolve("said")).hasContent("128/1");
    assertThat(tools.asked).hasSize(1);
  }

  @Test
  void aFailedCommandHasDoneNoItems() throws Exception {
    try (FakeDaemon daemon =
        new FakeDaemon(directory.resolve("run/sobre/job.sock"), line -> ENERGY)) {
      assertThat(run(request(Optional.empty(), 64, List.of("false")))).isEqualTo(1);
      assertThat(daemon.asked).noneMatch(line -> line.contains("items"));
    }
    assertThat(errors()).doesNotContain("64");
  }

  /** Of a command that failed, too: it says what it has done, and not what it is to do. */
  @ParameterizedTest
  @CsvSource({"0, -1, 64", "1, -1, -1", "0, 60, 60", "1, 60, 60"})
  void whatTheCommandCountsGoesBeforeWhatItWasToDo(int status, long counted, long expected) {
    OptionalLong said = counted < 0 ? OptionalLong.empty() : OptionalLong.of(counted);
    Tail out = new Tail("", said, Optional.empty(), Optional.empty());
    ChildProcess.Result result =
        new ChildProcess.Result(status, true, "", out, Tail.NONE, Set.of());
    OptionalLong items = Conclusion.items(request(Optional.empty(), 64, List.of("any")), result);
    assertThat(items.orElse(-1)).isEqualTo(expected);
  }

  @Test
  void theChildSeesTheBusOrderAndNotTheLaunchersVariable() throws Exception {
    environment.put("_JAVA_SR_SIGNUM", "40");
    run(
        request(
            Optional.empty(),
            0,
            List.of("sh", "-c", "env > \"$0\"", directory.resolve("said").toString())));
    assertThat(Files.readString(directory.resolve("said")))
        .contains("CUDA_DEVICE_ORDER=PCI_BUS_ID")
        .doesNotContain("_JAVA_SR_SIGNUM");
  }

  /** The launcher's own, for a JVM that would make question marks of accents. */
  @ParameterizedTest
  @CsvSource({"C, C", "'', unset"})
  void theChildGetsItsOwnLocaleBack(String before, String expected) throws Exception {
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("SOBRE_LC_ALL", before);
    String tell = "echo ${LC_ALL-unset} ${SOBRE_LC_ALL-unset} >\"$0\"";
    String said = directory.resolve("said").toString();
    run(request(Optional.empty(), 0, List.of("sh", "-c", tell, said)));
    assertThat(directory.resolve("said")).hasContent(expected + " unset\n");
  }

  /** The launcher hides them from this JVM, which would not start with every such option. */
  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void theChildGetsItsOwnOptionsForJavaBack(String name) throws Exception {
    environment.put("SOBRE_" + name, "-Xmx8g");
    String said = directory.resolve("said").toString();
    run(request(Optional.empty(), 0, List.of("sh", "-c", "env >\"$0\"", said)));
    assertThat(Files.readAllLines(Path.of(said)))
        .contains(name + "=-Xmx8g")
        .noneMatch(line -> line.startsWith("SOBRE_"));
  }

  @Test
  void aDefectOfOursStopsNoCommandOutsideSlurm() throws Exception {
    environment.remove("SLURM_JOB_ID");
    outsideSlurm =
        (devices, program) -> {
          throw new IllegalStateException("a path of no charset");
        };
    assertThat(run(request(Optional.empty(), 0, List.of("sh", "-c", "exit 3")))).isEqualTo(3);
    assertThat(errors()).contains("energy  none: this is a defect of Sobre", "no charset");
  }

  @Test
  void aDryRunOnlySays() throws Exception {
    tools.exits(0, CARD);
    RunRequest request =
        new RunRequest(
            List.of("no-such-program", "--b={batch_size}", "--steps={accumulation}"),
            Optional.of(profile("sd21-finetune")),
            false,
            OptionalLong.empty(),
            true,
            false);
    assertThat(run(request)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("sobre: runs    no-such-program --b=1 --steps=128");
    assertThat(errors()).isEmpty();
  }

  @Test
  void quietSaysNothingOfASuccess() throws Exception {
    RunRequest request =
        new RunRequest(List.of("true"), Optional.empty(), false, OptionalLong.empty(), false, true);
    assertThat(run(request)).isZero();
    assertThat(errors()).isEmpty();
  }

  @Test
  void aProgramThatIsNotThereIsNamed() throws Exception {
    assertThat(run(request(Optional.empty(), 0, List.of("/no/such/program")))).isEqualTo(127);
    assertThat(errors()).contains("/no/such/program: there is no such program");
  }

  @Test
  void anUnfilledPlaceholderIsTold() throws Exception {
    run(request(Optional.empty(), 0, writes("{batch_size}")));
    assertThat(errors()).contains("{batch_size} stays as it is");
    assertThat(directory.resolve("said")).hasContent("{batch_size}");
  }

  @Test
  void outsideSlurmARunIsBegunAskedAndEndedWithTheCommandsStatus() throws Exception {
    environment.keySet().removeIf(name -> name.startsWith("SLURM_"));
    Path socket = directory.resolve("own.sock");
    List<String> begun = new ArrayList<>();
    outsideSlurm =
        (devices, program) -> {
          begun.add(program + " " + ((Devices.Visible) devices).indices());
          return Reading.of(new MeteredRun(new JobKey(4242, 0), socket, true));
        };
    try (FakeDaemon daemon = new FakeDaemon(socket, line -> ENERGY)) {
      assertThat(run(request(Optional.empty(), 0, List.of("sh", "-c", "exit 3")))).isEqualTo(3);
      assertThat(daemon.asked)
          .containsExactly(
              "{\"v\":1,\"job\":\"4242.0\",\"ask\":\"energy\"}\n",
              "{\"v\":1,\"end\":{\"waitStatus\":768},\"job\":\"4242.0\"}\n");
    }
    assertThat(begun).containsExactly("sh [0]");
    assertThat(errors()).endsWith("sobre: hint    ask for fewer\n");
    assertThat(errors()).contains("sobre: energy  7200 J (2.00 Wh): gpu 7200 J sampled");
  }

  @Test
  void aQuietRunIsEndedTooAndADryOneNeverBegun() throws Exception {
    environment.remove("SLURM_JOB_ID");
    Path socket = directory.resolve("own.sock");
    AtomicInteger begun = new AtomicInteger();
    outsideSlurm =
        (devices, program) -> {
          begun.incrementAndGet();
          return Reading.of(new MeteredRun(new JobKey(4242, 0), socket, true));
        };
    try (FakeDaemon daemon = new FakeDaemon(socket, line -> "{\"v\":1,\"ok\":true}\n")) {
      for (boolean dry : List.of(true, false)) {
        run(
            new RunRequest(
                List.of("no-such-program"),
                Optional.empty(),
                false,
                OptionalLong.empty(),
                dry,
                true));
      }
      assertThat(daemon.asked).singleElement().asString().contains("\"waitStatus\":32512");
    }
    assertThat(begun).hasValue(1);
  }

  /** No tool is asked for cards, whether the job holds some or none. */
  @ParameterizedTest
  @ValueSource(strings = {"0", ""})
  void whatRunsOnProcessorsIsPlannedInMainMemory(String cards) throws Exception {
    environment.put("CUDA_VISIBLE_DEVICES", cards);
    environment.put("SLURM_MEM_PER_NODE", "8192");
    Files.createDirectories(directory.resolve("proc"));
    Files.writeString(
        directory.resolve("proc/meminfo"), "MemTotal: 67108864 kB\nMemAvailable: 62914560 kB\n");
    assertThat(run(request(Optional.of("bert-base-cpu-infer"), 0, writes("{batch_size} {gpus}"))))
        .isZero();
    assertThat(directory.resolve("said")).hasContent("69 " + (cards.isEmpty() ? 0 : 1));
    assertThat(errors()).contains("8.5 GB of main memory are free").contains("GPUs    ");
    assertThat(tools.asked).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"SLURM, ask for one with --gres=gpu:1", "STATION, sobre discover shows what"})
  void withoutAGpuItIsSaidWhatToDoHere(Advice here, String said) {
    advice = here;
    environment.remove("SLURM_JOB_ID");
    environment.put("CUDA_VISIBLE_DEVICES", "");
    assertThatThrownBy(() -> run(request(Optional.of("sd21-infer"), 0, List.of("true"))))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining(said)
        .message()
        .matches(message -> message.contains("--gres") == (here == Advice.SLURM));
  }

  @Test
  void aCommandRunsWithoutARunAndTheSummarySaysWhyNobodyCounted() throws Exception {
    environment.remove("SLURM_JOB_ID");
    assertThat(run(request(Optional.empty(), 0, writes("done")))).isZero();
    assertThat(directory.resolve("said")).hasContent("done");
    assertThat(errors()).contains("sobre: energy  none: nobody counts here\n");
  }

  /** One answer to the first question after energy, another to those after it. */
  private static final class AtBothEnds implements UnaryOperator<String> {
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

  private int run(RunRequest request) throws PlanningException {
    return wrapped().execute(request);
  }

  private WrappedRun wrapped() {
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

  private List<String> writes(String text) {
    return List.of(
        "sh", "-c", "printf %s \"$1\" > \"$0\"", directory.resolve("said").toString(), text);
  }

  private static RunRequest request(Optional<String> profile, long items, List<String> command) {
    return new RunRequest(
        command,
        profile.map(WrappedRunTest::profile),
        false,
        items == 0 ? OptionalLong.empty() : OptionalLong.of(items),
        false,
        false);
  }

  private static ModelProfile profile(String name) {
    try {
      return new ProfileCatalog(List.of(Path.of("..", "conf", "profiles"))).load(name);
    } catch (IOException | ConfigurationException | UnknownProfileException e) {
      throw new AssertionError(e);
    }
  }

  private String errors() {
    return err.toString(StandardCharsets.UTF_8);
  }
}
