package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.command.Recorded;
import org.sobre.slurm.command.ScontrolException;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.Shortfall;

class RegistrationTest {

  private static final BootFacts FIRST = new BootFacts(true, List.of());
  private static final String TYPE = "nvidia_geforce_rtx_2080";

  @Test
  void anUnknownNodeIsLeftToSlurmd() {
    assertThat(Registration.decide(document(2, 24105), Optional.empty(), FIRST))
        .isEqualTo(new Decision.Create());
  }

  @Test
  void theSameHardwareChangesNothing() throws IOException, ScontrolException {
    Optional<NodeRecord> known = Optional.of(Recorded.node("node-idle.txt"));
    assertThat(Registration.decide(document(2, 24105), known, FIRST))
        .isEqualTo(new Decision.Settle(Optional.empty()));
    assertThat(Registration.decide(document(2, 24300), known, FIRST))
        .as("a kernel that keeps less for itself")
        .isEqualTo(new Decision.Settle(Optional.empty()));
  }

  @Test
  void otherHardwareReplacesTheRecordAtTheFirstRegistrationOfABoot()
      throws IOException, ScontrolException {
    Optional<NodeRecord> known = Optional.of(Recorded.node("node-drained-by-admin.txt"));
    assertThat(Registration.decide(document(1, 24105), known, FIRST))
        .isEqualTo(new Decision.Replace(List.of("Gres gpu:" + TYPE + "=2 -> gpu:" + TYPE + "=1")));
    assertThat(AdminRecord.of(known.orElseThrow()))
        .isEqualTo(
            new AdminState(
                Optional.of("fan is loud, State=IDLE \"x [root@2026-11-21T00:59:23]"),
                Optional.of("rack 7 Gres=none"),
                OptionalLong.of(7)));
  }

  @Test
  void theRecordOfANodeNameLineIsNeverDeleted() throws IOException, ScontrolException {
    NodeRecord known =
        NodeRecord.parse(Recorded.text("node-idle.txt").replace("+DYNAMIC_NORM", ""));
    assertThat(Registration.decide(document(1, 24105), Optional.of(known), FIRST))
        .isInstanceOfSatisfying(
            Decision.Settle.class,
            settle -> assertThat(settle.why()).get().asString().contains("NodeName="));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 24105, Gres",
    "3, 24105, Gres",
    "2, 24104, RealMemory",
    "2, 25000, RealMemory",
  })
  void namesWhatDiffers(int gpus, long mebibytes, String what)
      throws IOException, ScontrolException {
    assertThat(Registration.differences(document(gpus, mebibytes), Recorded.node("node-idle.txt")))
        .singleElement()
        .asString()
        .startsWith(what + " ");
  }

  /** As slurmctld 22.05.8 showed a node of two L4 and a K80 board with {@code shardMiB: 1024}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpu:nvidia_l4:2,gpu:tesla_k80:2,shard:nvidia_l4:44,shard:tesla_k80:22 | 22,22,11,11 | true",
        "gpu:nvidia_l4:2,gpu:tesla_k80:2,shard:66 | 22,22,11,11 | true",
        "gpu:nvidia_l4:2,gpu:tesla_k80:2,shard:nvidia_l4:1K,shard:tesla_k80:22 | 512,512,11,11 | true",
        "gpu:nvidia_l4:2,gpu:tesla_k80:2,shard:nvidia_l4:44,shard:tesla_k80:22 | 44,44,22,22 | false",
        "gpu:nvidia_l4:2,gpu:tesla_k80:2 | 22,22,11,11 | false",
      })
  void sharesAreComparedAsOneNumberHoweverSlurmTellsThem(String record, String shards, boolean same)
      throws IOException, ScontrolException {
    NodeDocument plain = document(2, 24105);
    List<GresEntry> gres = new ArrayList<>();
    for (String count : shards.split(",", -1)) {
      gres.add(shared(gres.size(), Integer.parseInt(count)));
    }
    NodeDocument document =
        new NodeDocument(
            plain.node(),
            plain.boot(),
            plain.digest(),
            plain.slurmVersion(),
            gres,
            plain.gpus(),
            plain.features(),
            plain.cpu(),
            plain.memory());
    NodeRecord known =
        NodeRecord.parse(
            Recorded.text("node-idle.txt").replaceFirst("Gres=\\S+", "Gres=" + record));
    assertThat(Registration.differences(document, known).isEmpty()).isEqualTo(same);
  }

  private static GresEntry shared(int position, int shards) {
    return new GresEntry(
        position,
        "gpu",
        position < 2 ? "nvidia_l4" : "tesla_k80",
        List.of(Path.of("/dev/nvidia" + position)),
        Optional.empty(),
        List.of(),
        OptionalInt.of(shards),
        "GPU-" + position,
        Optional.empty());
  }

  @Test
  void saysOnlyWhichFeaturesComeAndGo() throws IOException, ScontrolException {
    NodeDocument same = document(2, 24105);
    List<String> features = new ArrayList<>(same.features());
    features.remove("gpu_family_turing");
    features.add("gpu_family_ada");
    NodeDocument other =
        new NodeDocument(
            same.node(),
            same.boot(),
            same.digest(),
            same.slurmVersion(),
            same.gres(),
            same.gpus(),
            features,
            same.cpu(),
            same.memory());
    assertThat(Registration.differences(other, Recorded.node("node-idle.txt")))
        .containsExactly("Features gpu_family_turing -> gpu_family_ada");
  }

  @Test
  void aRecordIsNeverDeletedUnderARunningSlurmdOrJobNorTwiceInABoot()
      throws IOException, ScontrolException {
    Optional<NodeRecord> known = Optional.of(Recorded.node("node-idle.txt"));
    List<BootFacts> facts =
        List.of(
            new BootFacts(true, List.of("slurmstepd")),
            new BootFacts(true, List.of("slurmd", "slurmstepd")),
            new BootFacts(false, List.of()));
    for (BootFacts boot : facts) {
      assertThat(Registration.decide(document(1, 24105), known, boot))
          .as("%s", boot)
          .isInstanceOf(Decision.Settle.class);
    }
  }

  @Test
  void ourOwnDrainEndsOnceSlurmdRunsIfTheRecordIsRight() throws IOException, ScontrolException {
    NodeRecord ours = Recorded.node("node-drained-by-us.txt");
    assertThat(ours.reason()).get().asString().startsWith(OwnReason.PREFIX);
    assertThat(settled(ours, Moment.BEFORE_SLURMD)).doesNotContainKey("State");
    assertThat(settled(ours, Moment.AFTER_SLURMD)).containsEntry("State", "RESUME");
  }

  private static Map<String, String> settled(NodeRecord record, Moment moment) {
    NodeDocument document = document(2, 24105);
    PublishedDocument published =
        new PublishedDocument("", document, AdminState.NONE, Shortfall.NONE, Instant.EPOCH);
    RegistrationPolicy policy = new RegistrationPolicy("ctl:6817", true, true);
    return Settlement.of(published, record, policy, moment).updates();
  }

  /** Of Slurm 22.05.8's read_config.c: a number that is none of the products is reset. */
  @ParameterizedTest
  @CsvSource({
    "1, 12, 20, 12",
    "1, 24, 32, 24",
    "2, 16, 32, 32",
    "2, 16, 16, 16",
    "1, 6, 12, 12",
    "2, 15, 30, 28",
    "1, 1, 1, 1"
  })
  void countsProcessorsAsSlurmDoes(int sockets, int cores, int threads, int slurms) {
    assertThat(Registration.slurmsCpus(new CpuTopology("cpu", sockets, cores, threads)))
        .isEqualTo(slurms);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        "DRAIN | fan [ann@2026-11-01T10:00:00] | fan [ann@2026-11-01T10:00:00]",
        "DRAIN | fan [ann@2026-11-01T10:00:00] [root@2026-11-02T10:00:00] | fan [ann@2026-11-01T10:00:00]",
        "DRAIN | - | no reason was given",
        "DOWN  | broken [ann@2026-11-01T10:00:00] | broken [ann@2026-11-01T10:00:00]",
        "DOWN  | Not responding [slurm@2026-11-01T10:00:00] | -",
        "DOWN  | - | -",
        "DRAIN | gres/gpu count reported lower than configured (1 < 2) [slurm@2026-11-01T10:00:00] | -",
        "DRAIN | Low RealMemory (reported:1 < 100.00% of configured:2) [slurm@x] | -",
        "DRAIN | Low CPUs, Low RealMemory (reported:1 < 100.00% of configured:2) [slurm@x] | -",
        "DRAIN | gres/gpu count too low (1 < 2), Low TmpDisk [slurm@x] | -",
        "DRAIN | Not responding to IPMI [ann@x] | Not responding to IPMI [ann@x]",
        "FAIL  | fan [ann@2026-11-01T10:00:00] | fan [ann@2026-11-01T10:00:00]",
        "DRAIN | Low CPUs since the fan broke [ann@x] | Low CPUs since the fan broke [ann@x]",
        "DRAIN | sobre: register: hardware differs [root@2026-11-01T10:00:00] | -",
        "DRAIN | sobre: GPU lost [root@2026-11-01T10:00:00] | sobre: GPU lost [root@2026-11-01T10:00:00]",
        "IDLE  | - | -",
      })
  void carriesTheDrainsThatOthersOrdered(String state, String reason, String carried) {
    NodeRecord known =
        new NodeRecord(
            "n1",
            Map.of(),
            Set.of(),
            2,
            100,
            Set.of(state),
            Optional.empty(),
            Optional.empty(),
            Optional.ofNullable(reason),
            Optional.empty(),
            Optional.empty(),
            1);
    assertThat(AdminRecord.of(known).drainReason()).isEqualTo(Optional.ofNullable(carried));
  }

  static NodeDocument document(int gpus, long mebibytes) {
    List<GresEntry> gres = new ArrayList<>();
    for (int i = 0; i < gpus; i++) {
      gres.add(
          new GresEntry(i, "gpu", TYPE, Path.of("/dev/nvidia" + i), Optional.empty(), "GPU-" + i));
    }
    return new NodeDocument(
        "n1",
        "11111111-0000-4000-8000-000000000001",
        "0123456789abcdef0123456789abcdef",
        Optional.of("22.05.8"),
        gres,
        List.of(),
        List.of(
            "vram_ge_2g",
            "vram_ge_4g",
            "vram_ge_6g",
            "vram_ge_8g",
            "vram_has_2g",
            "vram_has_4g",
            "vram_has_6g",
            "vram_has_8g",
            "gpu_vendor_nvidia",
            "gpu_family_turing"),
        new CpuTopology("cpu", 1, 2, 2),
        MemorySize.ofMebibytes(mebibytes));
  }
}
