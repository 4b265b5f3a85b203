package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.ProfileReader;

/**
 * A job on a K80, whose driver is 470 at the latest and has no word for the compute capability:
 * what today's PyTorch holds no code for is never begun there, whoever tells what it is.
 */
class OldCardTest {

  private static final String NODE =
      """
      {"v":1,"node":"old","boot":"5f0c","digest":"ab12",
       "gres":[{"position":0,"name":"gpu","type":"tesla_k80","file":"/dev/nvidia0",
                "device":"GPU-aa"}],
       "features":["vram_ge_12g"],
       "gpus":[{"index":0,"vendor":"nvidia","model":"Tesla K80","uuid":"GPU-aa",
                "pciBusId":"0000:04:00.0","device":"/dev/nvidia0","state":"ok","offered":true@}],
       "cpu":{"model":"x","sockets":2,"cores":16,"threads":32},
       "memoryMiB":64300,"meters":[],"probes":[]}
      """;

  private static final String SINGLE =
      """
      schema: sobre-profile/1
      name: single
      task: infer
      unit: image
      requires: {vendors: [nvidia], precisions: [fp32]@}
      variants:
        - {name: v, memory: {basis: measured, source: "a bench", points: [{batch: 3, vramMiB: 900}]}}
      """;

  @TempDir private Path directory;

  private final FakeTools tools = new FakeTools();

  @BeforeEach
  void aDriverOfTheYear2021() {
    tools.exits(2, "Field \"compute_cap\" is not a valid field to query.\n");
    tools.exits(0, "GPU-aa, 11438, 11441, 470.256.02, Tesla K80\n");
    // sinfo, of the features that a refusal may name
    tools.exits(1, "");
  }

  static Stream<String> shipped() throws IOException {
    return catalog().list().keySet().stream().filter(name -> !name.contains("-cpu-"));
  }

  private static ProfileCatalog catalog() {
    return new ProfileCatalog(List.of(Path.of("..", "conf", "profiles")));
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void noShippedProfileRunsWhereTheNodeToldItsAge(String name) throws Exception {
    node(",\"computeCapability\":\"3.7\"");
    ModelProfile profile = catalog().load(name);
    assertThatThrownBy(() -> plan(profile))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("does not run on Tesla K80")
        .hasMessageContaining("compute capability");
  }

  @ParameterizedTest
  @MethodSource("shipped")
  void noShippedProfileRunsWhereNobodyTold(String name) throws Exception {
    node("");
    ModelProfile profile = catalog().load(name);
    assertThatThrownBy(() -> plan(profile))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("does not run on Tesla K80");
  }

  /** Not the driver's age alone keeps it out. */
  @Test
  void whatTheNodeToldIsHeldAgainstAProfilesOwnNeed() throws Exception {
    node(",\"computeCapability\":\"3.7\"");
    assertThatThrownBy(() -> plan(single(", minComputeCapability: \"5.0\"")))
        .hasMessageContaining("it needs compute capability 5.0 or newer, and this one has 3.7");
  }

  @Test
  void whereNobodyToldItIsNotTakenForNewEnough() throws Exception {
    node("");
    assertThatThrownBy(() -> plan(single(", minComputeCapability: \"3.5\"")))
        .hasMessageContaining("neither the driver nor the GPU catalogue says");
  }

  @Test
  void whatItCanDoItMay() throws Exception {
    node(",\"computeCapability\":\"3.7\"");
    assertThat(plan(single(", minComputeCapability: \"3.5\""))).contains("sobre: batch   6");
  }

  @Test
  void whatNeedsNothingOfACardRunsOnIt() throws Exception {
    node("");
    assertThat(plan(single(""))).contains("sobre: batch   6");
  }

  private static ModelProfile single(String more) throws Exception {
    return ProfileReader.parse("single.yaml", SINGLE.replace("@", more));
  }

  private void node(String capability) throws IOException {
    Path file = directory.resolve("run/sobre/slurm/node.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, NODE.replace("@", capability));
  }

  private String plan(ModelProfile profile) throws PlanningException {
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    new WrappedRun(
            Map.of("SLURM_JOB_ID", "7", "SLURM_JOB_GPUS", "0", "CUDA_VISIBLE_DEVICES", "0"),
            new SysRoot(directory),
            tools,
            "nvidia-smi",
            (devices, program) -> Reading.unavailable(Reason.NOT_PRESENT, "nobody counts here"),
            Advice.SLURM,
            ModelsConfig.NONE,
            SignalRelay.none(),
            out,
            out)
        .execute(
            new RunRequest(
                List.of("true"), Optional.of(profile), true, OptionalLong.empty(), true, false));
    return said.toString();
  }
}
