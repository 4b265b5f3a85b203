package org.sobre.it.cluster;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.OtherCards;
import org.sobre.it.lab.RealCluster;

/**
 * A node whose types alternate along the bus and whose minors are not in bus order: positions,
 * device files and the runtimes' numbers all differ. What a job asks for by type is what it gets,
 * with the wrapper and without.
 */
@RealCluster
@Order(11) // after HealthIT, which wants a node that was not booted just now
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InterleavedNodeIT {

  private static final String NODE = "mixed1";
  private static final Path RECORDING =
      Path.of("lab/recordings/interleaved-l4-k80_555.42.06_q-x.xml");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern CARD =
      Pattern.compile(
          "<gpu id=\"(.*?)\">.*?<product_name>(.*?)<.*?<uuid>(.*?)<.*?<minor_number>(\\d+)<",
          Pattern.DOTALL);

  /** What the job's environment says of GPUs, one variable a line. */
  private static final String SHOW =
      "env | grep -E '^(SLURM_(JOB|STEP)_GPUS|CUDA_|ROCR_|HIP_|GPU_)'";

  /** A card as the recording has it. */
  private record Card(String product, String uuid, String file) {}

  private final Lab lab;
  private final OtherCards node;
  private final Map<String, Card> cards = new TreeMap<>();

  InterleavedNodeIT(Lab lab) {
    this.lab = lab;
    this.node = new OtherCards(lab, NODE);
  }

  @BeforeAll
  void bootWithAlternatingCards() throws IOException {
    List<String> products = new ArrayList<>();
    Matcher m = CARD.matcher(Files.readString(RECORDING));
    while (m.find()) {
      cards.put(m.group(3), new Card(m.group(2), m.group(3), "/dev/nvidia" + m.group(4)));
      products.add(m.group(2) + " " + m.group(4));
    }
    assertThat(products)
        .containsExactly("NVIDIA L4 3", "Tesla K80 0", "NVIDIA L4 2", "Tesla K80 1");
    node.boot("gpu:nvidia_l4:2,gpu:tesla_k80:2", RECORDING.toAbsolutePath().toString());
  }

  @AfterAll
  void bootWithItsOwnCards() {
    node.boot("gpu:nvidia_l4:1,gpu:tesla_k80:2");
  }

  /** Types grouped, bus order inside; the file is the card's minor, never its index. */
  @Test
  void eachPositionHasTheFileOfItsCard() throws IOException {
    List<Map<String, Object>> gres = gres();
    assertThat(gres)
        .extracting(entry -> entry.get("type") + " " + entry.get("file"))
        .containsExactly(
            "nvidia_l4 /dev/nvidia3",
            "nvidia_l4 /dev/nvidia2",
            "tesla_k80 /dev/nvidia0",
            "tesla_k80 /dev/nvidia1");
    assertThat(gres)
        .allSatisfy(
            entry -> assertThat(entry.get("file")).isEqualTo(card(entry.get("device")).file()));
  }

  @ParameterizedTest
  @CsvSource({
    "nvidia_l4, 1, NVIDIA L4",
    "tesla_k80, 1, Tesla K80",
    "nvidia_l4, 2, NVIDIA L4",
    "tesla_k80, 2, Tesla K80",
  })
  void aJobGetsTheCardsOfItsTypeAndIsToldTheirIds(String type, int count, String product)
      throws IOException {
    Map<String, String> told = variables(run("--gres=gpu:" + type + ":" + count, SHOW));
    List<String> devices = devices(value(told, "SLURM_JOB_GPUS"));
    assertThat(devices)
        .hasSize(count)
        .allSatisfy(id -> assertThat(card(id).product()).isEqualTo(product));
    assertThat(told)
        .containsEntry("CUDA_VISIBLE_DEVICES", String.join(",", devices))
        .containsEntry("CUDA_DEVICE_ORDER", "PCI_BUS_ID")
        .doesNotContainKeys("ROCR_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL");
  }

  @Test
  void theWrapperFindsTheSameCardBehindTheIds() {
    String output = run("--gres=gpu:tesla_k80:1", SHOW + "; sobre run -- true 2>&1");
    String id = value(variables(output), "CUDA_VISIBLE_DEVICES");
    assertThat(card(id).product()).isEqualTo("Tesla K80");
    assertThat(output).contains("GPUs    1: " + id.substring(0, "GPU-0d8b2f6e".length()));
  }

  /** A step without GPUs has none, one with one of two has that one, two bound tasks one each. */
  @Test
  void stepsAreToldTheirOwnCardsOnly() throws IOException {
    String output =
        run(
            "--gres=gpu:tesla_k80:2",
            "echo none; srun --gres=none "
                + SHOW
                + "; echo one; srun -n1 --gres=gpu:1 "
                + SHOW
                + "; echo bound; srun -n2 -O --gpus-per-task=1 sh -c 'echo task $CUDA_VISIBLE_DEVICES'");
    assertThat(between(output, "none", "one")).doesNotContain("VISIBLE");
    Map<String, String> one = variables(between(output, "one", "bound"));
    assertThat(one)
        .containsEntry(
            "CUDA_VISIBLE_DEVICES", String.join(",", devices(value(one, "SLURM_STEP_GPUS"))));
    assertThat(output.lines().filter(line -> line.startsWith("task ")))
        .containsExactlyInAnyOrderElementsOf(
            devices("2,3").stream().map(id -> "task " + id).toList());
  }

  /** Both vendors in one machine: a program for one of them finds no word of the other's cards. */
  @Test
  void onANodeOfBothVendorsATaskIsToldItsOwnVendorsCards() throws IOException {
    node.boot(
        "gpu:tesla_t4:1,gpu:amd_instinct_mi210:1",
        Path.of("lab/recordings/tesla-t4_515.105.01_q-x.xml").toAbsolutePath()
            + "+"
            + Path.of("lab/recordings/mi210_rocm7_amd-smi-static.json").toAbsolutePath());
    try {
      Map<String, String> amd = variables(run("--gres=gpu:amd_instinct_mi210:1", SHOW));
      String unique = devices(value(amd, "SLURM_JOB_GPUS")).get(0).replace("AMD-", "GPU-");
      assertThat(amd)
          .containsEntry("ROCR_VISIBLE_DEVICES", unique)
          .doesNotContainKeys("CUDA_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "CUDA_DEVICE_ORDER");
      Map<String, String> nvidia = variables(run("--gres=gpu:tesla_t4:1", SHOW));
      assertThat(nvidia)
          .containsEntry(
              "CUDA_VISIBLE_DEVICES", String.join(",", devices(value(nvidia, "SLURM_JOB_GPUS"))))
          .doesNotContainKeys("ROCR_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "HIP_VISIBLE_DEVICES");
    } finally {
      node.boot("gpu:nvidia_l4:2,gpu:tesla_k80:2", RECORDING.toAbsolutePath().toString());
    }
  }

  private Card card(@Nullable Object id) {
    return requireNonNull(cards.get(String.valueOf(id)), "not a card of the recording: " + id);
  }

  private static String value(Map<String, String> variables, String name) {
    return requireNonNull(variables.get(name), name + " is not set: " + variables);
  }

  /** The lines between two that consist of these words. */
  private static String between(String text, String from, String to) {
    List<String> lines = text.lines().toList();
    return String.join("\n", lines.subList(lines.indexOf(from) + 1, lines.indexOf(to)));
  }

  private List<String> devices(String positions) throws IOException {
    List<Map<String, Object>> gres = gres();
    return Arrays.stream(positions.split(",", -1))
        .map(position -> String.valueOf(gres.get(Integer.parseInt(position)).get("device")))
        .toList();
  }

  private List<Map<String, Object>> gres() throws IOException {
    Map<String, Object> node =
        JSON.std.mapFrom(lab.on(NODE, "cat", "/run/sobre/slurm/node.json").text());
    return LedgerLines.objects(node, "gres");
  }

  private String run(String gres, String script) {
    String job = lab.sbatch("alice", script, "-w", NODE, gres);
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    return lab.output("alice", job);
  }

  private static Map<String, String> variables(String output) {
    Map<String, String> variables = new TreeMap<>();
    output
        .lines()
        .filter(line -> line.matches("[A-Z_]+=.*"))
        .forEach(
            line ->
                variables.put(
                    line.substring(0, line.indexOf('=')), line.substring(line.indexOf('=') + 1)));
    return variables;
  }
}
