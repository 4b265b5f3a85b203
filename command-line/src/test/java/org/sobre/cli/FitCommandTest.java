package org.sobre.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.Machine;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.units.MemorySize;
import picocli.CommandLine;

/** {@code sobre fit} as it is typed, on what a real sinfo said. */
class FitCommandTest {

  private static final String SHARE = "sobre.share";
  private static final Path SINFO = Path.of("../slurm-integration/src/test/resources/slurm");
  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static final String ONE_CARD =
      """
      <?xml version="1.0" ?>
      <nvidia_smi_log><driver_version>535.54.03</driver_version>
      <gpu id="00000000:01:00.0"><product_name>NVIDIA GeForce RTX 4090</product_name>
      <product_architecture>Ada Lovelace</product_architecture>
      <uuid>GPU-5c1f0000-0000-0000-0000-000000000001</uuid><minor_number>0</minor_number>
      <fb_memory_usage><total>24564 MiB</total><free>24100 MiB</free></fb_memory_usage></gpu>
      </nvidia_smi_log>
      """;

  private static final GpuCatalogFiles CATALOG =
      new GpuCatalogFiles(Path.of("/no/such/site.yaml"), Path.of("../conf/gpu-catalog.yaml"));

  @TempDir private Path root;

  private final Locale language = Locale.getDefault(Locale.Category.DISPLAY);
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final List<Map<String, String>> environments = new ArrayList<>();

  private Ending sinfo = Ending.EXITED;
  private int sinfoStatus = 0;
  private String listed = "";
  private String nvidia = "";

  @BeforeEach
  void aLoginNode() throws IOException {
    System.setProperty(SHARE, Path.of("..", "conf").toString());
    listed = Files.readString(SINFO.resolve("sinfo-idle.txt"));
    write("proc/sys/kernel/hostname", "login\n");
    write("proc/sys/kernel/random/boot_id", "5f0c1c1e-0000-4000-8000-000000000001\n");
    write(
        "sobre.yaml",
        "schema: sobre/1\nslurm: {controller: ctl}\nledger: {directory: " + root + "}\n");
    Language.ENGLISH.speak();
  }

  @AfterEach
  void asBefore() {
    System.clearProperty(SHARE);
    Locale.setDefault(Locale.Category.DISPLAY, language);
  }

  /** In 80 columns; a lone option to paste may be longer, a table or a sentence never. */
  @ParameterizedTest
  @EnumSource(Language.class)
  void theClusterInATable(Language spoken) throws IOException {
    spoken.speak();
    listed = Files.readString(SINFO.resolve("sinfo-busy.txt"));
    assertThat(fit("sd21-finetune", "--allow-reduced")).isEqualTo(ExitCode.DONE);
    assertMatches("fit-cluster." + spoken.name().toLowerCase(Locale.ROOT) + ".txt", out.toString());
    assertThat(out.toString().lines())
        .filteredOn(line -> !line.contains("--gres"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    assertThat(err.toString()).isEmpty();
    assertThat(environments).containsExactly(Map.of("SLURM_CONF_SERVER", "ctl:6817"));
  }

  @Test
  void theClusterForScripts() throws IOException {
    assertThat(fit("sd21-finetune", "bert-base-cpu-infer", "--cluster", "--format=json")).isZero();
    assertMatches("fit-cluster.json", out.toString());
  }

  @Test
  void sizesForScripts() throws IOException {
    assertThat(
            fit(
                "sd21-finetune",
                "--vram",
                "15,16GB,96GB,24564MiB",
                "--allow-reduced",
                "--format",
                "json"))
        .isZero();
    assertMatches("fit-sizes.json", out.toString());
  }

  @Test
  void theL4AmongUnlikeCardsIsAskedForByItsTypeAndAK80IsUnsupported() {
    assertThat(fit("sd21-finetune", "--cluster", "--gpu", "l4")).isZero();
    assertThat(out.toString()).contains("--gres=gpu:nvidia_l4:1 --constraint=vram_has_24g\n");
    assertThat(fit("sd21-infer", "--cluster", "--gpu", "tesla_k80"))
        .isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("unsupported")
        .contains("it needs compute capability 6.0 or newer, and this one has 3.7");
  }

  /** What is pasted means what was meant: the shell gets one word an option. */
  @Test
  void whatIsPastedIsOneWordAnOption() throws IOException, InterruptedException {
    assertThat(fit("sd21-finetune", "--vram", "24GB")).isZero();
    String options =
        out.toString().lines().filter(line -> line.contains("--gres")).findFirst().orElseThrow();
    assertThat(options).contains("--constraint='vram_ge_24g&(");
    Process shell = new ProcessBuilder("sh", "-c", "printf '[%s]' " + options.strip()).start();
    assertThat(new String(shell.getInputStream().readAllBytes(), UTF_8))
        .isEqualTo("[--gres=gpu:1][--constraint=vram_ge_24g&(gpu_cc_ge_6_0|gpu_vendor_amd)]");
    assertThat(shell.waitFor()).isZero();
  }

  /** The site's own bench: docs/batch-planning.md. */
  @ParameterizedTest
  @CsvSource({
    "sd21-finetune, 24GB, '', fits, 1",
    "sd21-finetune, 96GB, '', fits, 128",
    "sd21-finetune, 16GB, '', does-not-fit, ",
    "sd21-finetune, 16GB, --allow-reduced, fits-reduced, 1",
    "sd21-finetune, 15GB, --allow-reduced, does-not-fit, ",
    "sd35-medium-infer, 20GB, '', does-not-fit, ",
    "sd35-medium-infer, 24GB, '', fits, 1"
  })
  void theSitesOwnFacts(String profile, String size, String option, String verdict, String batch) {
    List<String> words = new ArrayList<>(List.of(profile, "--vram", size, "--format=json"));
    if (!option.isEmpty()) {
      words.add(option);
    }
    int status = fit(words.toArray(String[]::new));
    assertThat(out.toString()).contains("\"verdict\" : \"" + verdict + "\"");
    assertThat(status == ExitCode.DONE).isEqualTo(verdict.startsWith("fits"));
    if (batch != null) {
      assertThat(out.toString()).contains("\"batchSize\" : " + batch + ",");
    }
  }

  @Test
  void aRefusalNamesTheSmallestClassThatWouldDo() {
    assertThat(fit("sd21-finetune", "--vram", "16GB")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(out.toString())
        .startsWith(
            "sd21-finetune: finetune, effective batch 128, from 24 GB, reduced from 16 GB\n")
        .contains("instead: --gres=gpu:1 --constraint='vram_ge_24g&(gpu_cc_ge_6_0|gpu_vendor_amd)'")
        .contains("with --allow-reduced");
  }

  /** As the wrapper does: no more than half of the memory is computed to be taken. */
  @Test
  void aModelThatNobodyRanIsToldTheBatchThatItBeginsWith() {
    fit("mistral-7b-infer", "--vram", "80GB", "--format=json");
    assertThat(out.toString()).contains("up to ", "half of the memory is used at first");
  }

  @Test
  void severalCardsShareTheEffectiveBatchAndMustStandInOneNode() {
    assertThat(fit("sd21-finetune", "--cluster", "--gpus", "2")).isZero();
    assertThat(out.toString())
        .contains("--gres=gpu:nvidia_geforce_rtx_4090:2 --constraint=vram_ge_24g\n")
        .contains("no node has 2 of them, 1 at the most")
        .containsPattern("nvidia_geforce_rtx_4090 +24 GB +2/2 +fits, tight +1 +64\n");
    assertThat(fit("sd21-finetune", "--vram=96GB", "--effective-batch=64")).isZero();
    assertThat(out.toString()).containsPattern("fits +64 +1\n");
  }

  @Test
  void aModelOfTheCatalogueAndItsTypeAreTheSameCard() {
    assertThat(fit("sd21-infer", "--gpu", "nvidia_geforce_rtx_4090", "--format", "json")).isZero();
    String byType = out.toString();
    assertThat(fit("sd21-infer", "--gpu", "RTX 4090", "--format", "json")).isZero();
    assertThat(out.toString()).isEqualTo(byType).contains("\"gpu\" : \"GeForce RTX 4090\"");
    assertThat(fit("sd21-infer", "--gpu", "RTX 4091")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("did you mean \"RTX 409");
  }

  /** A card of 40 GB has a total of 41.9: the next rung above it would leave it out. */
  @Test
  void aModelIsAskedForByTheSizeThatItHas() {
    assertThat(fit("sd21-infer", "--gpu", "A100-PCIE-40GB")).isZero();
    assertThat(out.toString()).contains("NVIDIA A100-PCIE-40GB", "vram_ge_40g");
    assertThat(fit("sd21-finetune", "--vram", "24564MiB")).isZero();
    assertThat(out.toString()).contains("vram_ge_24g");
  }

  @Test
  void aModelForProcessorsAsksForMainMemory() {
    assertThat(fit("bert-base-cpu-infer", "--vram", "24GB")).isZero();
    assertThat(out.toString())
        .contains("main memory", "    --mem=")
        .doesNotContain("--gres", "any card");
    assertThat(err.toString())
        .isEqualTo(
            "sobre: bert-base-cpu-infer: runs on processors, and no card is tried; told is the"
                + " main memory that it needs\n");
    assertThat(fit("bert-base-cpu-infer", "sd21-infer", "--vram", "24GB")).isZero();
    assertThat(err.toString())
        .contains("bert-base-cpu-infer: runs on processors")
        .doesNotContain("sd21");
    sinfo = Ending.NOT_FOUND;
    assertThat(fit("bert-base-cpu-infer")).isZero();
    assertThat(out.toString()).contains("main memory", "    --mem=");
  }

  /** Who asks for a large card is told which would do. */
  @Test
  void aLargerCardThatBringsNoLargerBatchIsSaid() {
    assertThat(fit("sd21-infer", "--vram", "80GB")).isZero();
    assertThat(words()).contains("; a card of 6 GB runs the same batch");
    assertThat(fit("sd21-infer", "--gpu", "A100-PCIE-40GB")).isZero();
    assertThat(words()).contains("; a card of 6 GB runs the same batch");
    assertThat(fit("sd21-finetune", "--vram", "24GB,96GB,140GB")).isZero();
    assertThat(words().split("runs the same batch", -1)).as("96 GB: of 140").hasSize(2);
    assertThat(words()).contains("; a card of 128 GB runs the same batch");
  }

  private String words() {
    return out.toString().replaceAll("\\s+", " ");
  }

  /** With grouped heads a cache is a fraction of what is taken where nobody says. */
  @Test
  void whatWasTakenForWhatNobodySaidIsSaid() {
    fit("--parameters=8.03G", "--tokens=4096", "--vram=24GB,8GB");
    assertThat(words())
        .contains(
            "; assumed, since not told: 34 layers (--layers), width 4352 (--hidden), 34 heads of"
                + " keys and values, as many as of queries (--kv-heads), heads of width 128"
                + " (--head-dim), 128000 tokens (--vocabulary)")
        .matches(".*assumed.*assumed.*");
    fit(
        "--parameters=8.03G",
        "--tokens=4096",
        "--layers=32",
        "--hidden=4096",
        "--kv-heads=8",
        "--head-dim=128",
        "--vram=24GB");
    assertThat(words()).contains("assumed, since not told: 128000 tokens").doesNotContain("(--kv");
    fit("--parameters=860M", "--resolution=512", "--vram=24GB");
    assertThat(words()).doesNotContain("assumed");
  }

  @Test
  void aModelWithoutAProfileIsKeptAsOne() {
    Path file = root.resolve("mine.yaml");
    String[] model = {
      "--parameters=7.7G",
      "--task=finetune",
      "--adapter=qlora",
      "--rank=16",
      "--optimizer=adamw8bit",
      "--precision=bf16",
      "--tokens=1024",
      "--kv-heads=8",
      "--checkpointing",
      "--effective-batch=64",
      "--vram=24GB",
      "--format=json",
      "--write-profile=" + file
    };
    assertThat(fit(model)).isZero();
    assertThat(err.toString())
        .isEqualTo("sobre: wrote " + file + ": sobre finetune --profile " + file + " -- COMMAND\n");
    String told = figures();
    assertThat(file).content().startsWith("# assumed: ").contains("parametersM: 7700, kvHeads: 8");
    assertThat(fit(file.toString(), "--vram=24GB", "--format=json")).isZero();
    assertThat(figures()).isEqualTo(told).contains("\"batchSize\"", "\"effectiveBatch\" : 64");
    assertThat(fit(model)).as("it is there").isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("nothing is written over it");
    assertThat(fit("--parameters=7G", "--tokens=9", "--vram=24GB", "--write-profile=mine"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("expected NAME.yaml");
  }

  @ParameterizedTest
  @CsvSource({
    "--parameters=860M --resolution=512 --precision=fp32",
    "--parameters=8.03G --tokens=4096 --precision=int8 --layers=32 --hidden=4096",
    "--parameters=8.03G --tokens=4096 --kv-cache=int8 --attention=none --vocabulary=32000",
    "--parameters=1.1G --trained=860M --resolution=512 --task=finetune --ema --optimizer=sgd"
  })
  void whatIsKeptIsWhatWasTold(String model) {
    Path file = root.resolve("m.yaml");
    List<String> words = new ArrayList<>(List.of(model.split(" ", -1)));
    words.addAll(List.of("--vram=48GB", "--format=json", "--write-profile=" + file));
    fit(words.toArray(String[]::new));
    String told = figures();
    fit(file.toString(), "--vram=48GB", "--format=json");
    assertThat(figures()).isEqualTo(told).contains("verdict");
  }

  /** All but the names, and what was assumed. */
  private String figures() {
    return out.toString().replaceAll("(?m)^ *\"(profile|reason)\".*\n", "");
  }

  @Test
  void aConfigurationThatWasNamedIsReadWhateverIsAsked() throws IOException {
    String[] missing = {"--config=/no/such.yaml", "fit", "sd21-infer", "--vram=24GB"};
    assertThat(Main.run(line(), missing)).isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(err.toString()).contains("/no/such.yaml");
    write("sobre.yaml", "schema: sobre/1\nclutser: cbp\n");
    assertThat(fit("sd21-infer", "--vram=24GB")).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(err.toString()).contains("clutser");
  }

  /** An H200's 141 GB and a size between two rungs: the rung above would leave the card out. */
  @Test
  void aSizeBetweenTwoRungsIsAskedForByTheOneThatItHas() {
    assertThat(fit("sd21-infer", "--vram", "141GB,22GB")).isZero();
    assertThat(out.toString())
        .contains("vram_ge_140g", "vram_ge_20g")
        .doesNotContain("vram_ge_192g", "vram_ge_24g");
  }

  @Test
  void withoutProfilesAllOfThemInShort() {
    assertThat(fit("--cluster")).isZero();
    assertThat(out.toString())
        .contains("sd21-infer: infer", "sd21-finetune: finetune, effective batch 128")
        .doesNotContain("--gres");
  }

  @Test
  void aStationTriesItsOwnCards() {
    sinfo = Ending.NOT_FOUND;
    nvidia = ONE_CARD;
    assertThat(fit("sd21-finetune")).isZero();
    assertThat(out.toString())
        .containsPattern("0 NVIDIA GeForce RTX 4090 +25.8 GB +25.3 GB +fits, tight +1 +128\n")
        .doesNotContain("--gres");
    assertThat(err.toString()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "TIMED_OUT, Slurm did not answer within 3 s",
    "EXITED, 'sinfo failed: no controller'"
  })
  void aSilentSlurmIsSaidAndThisMachineTriedInstead(Ending ending, String why) {
    sinfo = ending;
    sinfoStatus = 1;
    listed = "no controller\n";
    nvidia = ONE_CARD;
    assertThat(fit("sd21-infer")).isZero();
    assertThat(err.toString()).contains(why + ": tried on the cards of this machine instead");
    assertThat(fit("sd21-infer", "--cluster")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString()).isEqualTo("sobre: --cluster: " + why + "\n");
  }

  @Test
  void whereNothingCanBeTriedThatIsSaid() {
    sinfo = Ending.NOT_FOUND;
    assertThat(fit("sd21-infer")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString())
        .contains("there is no Slurm here", "this machine has no GPU", "--vram 24GB");
  }

  @Test
  void cardsOfWhichNobodyKnowsTheMemoryAreNamedAndLeftOut() {
    listed = "n1|idle|fat|up|gpu:warp:1,gpu:tesla_t4:1|gpu:warp:0|(null)|\n";
    assertThat(fit("sd21-infer", "--cluster")).isZero();
    assertThat(err.toString()).startsWith("sobre: gpu:warp is left out: ");
    assertThat(out.toString()).contains("    --partition=fat --gres=gpu:tesla_t4:1\n");
    listed = "n1|idle|fat|up|(null)|gpu:0|(null)|\n";
    assertThat(fit("sd21-infer", "--cluster")).isEqualTo(ExitCode.UNAVAILABLE);
    assertThat(err.toString()).contains("Slurm has no GPU");
  }

  /** No profile, only the model's size; published: QwenLM/Qwen's README, 12.3 GiB. */
  @Test
  void aModelWithoutAProfile() {
    assertThat(
            fit(
                "--parameters=7.7G",
                "--task=finetune",
                "--adapter=qlora",
                "--precision=bf16",
                "--tokens=1024",
                "--checkpointing",
                "--vram=8GB,24GB,40GB"))
        .isZero();
    assertThat(out.toString())
        .startsWith("7.7G: finetune, from ")
        .containsPattern("any card +8 GB +- +does not fit")
        .containsPattern("any card +40 GB +- +fits")
        .contains("(prior)");
    assertThat(fit("--parameters=8B", "--precision=int8", "--tokens=2048", "--vram=16GB")).isZero();
    assertThat(fit("--parameters=8B", "--precision=fp16", "--tokens=2048", "--vram=16GB"))
        .isEqualTo(ExitCode.UNAVAILABLE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--vram 24XB|--vram: expected sizes as 24GB",
        "--vram 0GB|--vram: expected sizes",
        "--vram 99999GB|--vram: expected sizes",
        "--vram 24GB --gpus 0|--gpus: expected a number from 1 to 1024, found 0",
        "--vram 24GB --effective-batch 0|--effective-batch: expected a number",
        "sd21-infr --vram 24GB|did you mean \"sd21-infer\"?",
        "--parameters 8X --tokens 1 --vram 8GB|--parameters: expected a number of parameters",
        "--parameters 11T --tokens 1 --vram 8GB|--parameters: expected a number of parameters",
        "--parameters 8G --vram 8GB|expected one of --tokens",
        "--parameters 8G --tokens 1 --resolution 9 --vram 8GB|expected one of --tokens",
        "--parameters 8G --tokens 0 --vram 8GB|--tokens: expected a number from 1",
        "--parameters 8G --tokens 1 --precision half --vram 8GB|--precision: expected one of fp32",
        "--parameters 8G --tokens 1 --adapter lora --vram 8GB|--task finetune",
        "--parameters 8G --tokens 1 --task finetune --rank 8 --vram 8GB|--rank: is of adapters",
        "--parameters 8G --tokens 1 --trained 9G --vram 8GB|--trained: expected no more",
        "--tokens 1 --vram 8GB|--parameters"
      })
  void wrongUsageIsTwo(String typed, String message) {
    assertThat(fit(typed.split(" ", -1))).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains(message);
  }

  @Test
  void oneWrongProfileIsToldAndHidesNoOther() throws IOException {
    Path share = Files.createDirectories(root.resolve("share/profiles"));
    Files.copy(Path.of("../conf/profiles/sd21-infer.yaml"), share.resolve("sd21-infer.yaml"));
    Files.writeString(share.resolve("wrong.yaml"), "schema: sobre-profile/1\nname: wrong\n");
    System.setProperty(SHARE, root.resolve("share").toString());
    assertThat(fit("--vram", "24GB")).isEqualTo(ExitCode.BAD_CONFIGURATION);
    assertThat(out.toString()).contains("sd21-infer: infer");
    assertThat(err.toString()).contains("wrong.yaml");
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private static void assertMatches(String name, String actual) throws IOException {
    Path file = GOLDEN.resolve(name);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN);
      Files.writeString(file, actual);
    }
    assertThat(actual).as("golden file %s", file).isEqualTo(Files.readString(file));
  }

  private int fit(String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    List<String> all = new ArrayList<>(List.of("fit"));
    all.addAll(List.of(words));
    all.addAll(List.of("--config", root.resolve("sobre.yaml").toString()));
    return Main.run(line(), all.toArray(String[]::new));
  }

  private CommandLine line() {
    CommandLine line = new CommandLine(new SobreCommand(), this::create);
    line.addSubcommand(FitCommand.class);
    return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
  }

  private <K> K create(Class<K> type) throws Exception {
    if (type == FitCommand.class) {
      Machine machine =
          new Machine(new CpuTopology("cpu", 1, 1, 1), new MemorySize(1), Optional.empty());
      return type.cast(
          new FitCommand(
              config ->
                  new NodeScan(
                      new SysRoot(root),
                      this::tool,
                      () -> machine,
                      Clock.systemUTC(),
                      config,
                      CATALOG),
              this::tool));
    }
    return CommandLine.defaultFactory().create(type);
  }

  private ToolResult tool(
      List<String> command, Map<String, String> environment, Duration deadline) {
    if (command.get(0).equals("sinfo")) {
      environments.add(environment);
      return new ToolResult(
          command,
          sinfo,
          sinfo == Ending.EXITED ? OptionalInt.of(sinfoStatus) : OptionalInt.empty(),
          listed,
          "",
          Duration.ZERO);
    }
    return new ToolResult(
        command,
        Ending.EXITED,
        OptionalInt.of(nvidia.isEmpty() ? 9 : 0),
        command.contains("-x") ? nvidia : "",
        "",
        Duration.ZERO);
  }
}
