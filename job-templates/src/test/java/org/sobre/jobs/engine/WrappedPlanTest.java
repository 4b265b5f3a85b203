package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.json.JsonObject;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.station.FakeDaemon;

/** Which batch a wrapped command gets, what becomes of its words, and where it is not started. */
class WrappedPlanTest extends WrappedJob {

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
  void anUnfilledPlaceholderIsTold() throws Exception {
    run(request(Optional.empty(), 0, writes("{batch_size}")));
    assertThat(errors()).contains("{batch_size} stays as it is");
    assertThat(directory.resolve("said")).hasContent("{batch_size}");
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
}
