package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.slurm.command.SlurmRelease;
import org.sobre.slurm.command.SlurmdVersion;
import org.sobre.slurm.gres.SlurmdProof.Outcome;
import org.sobre.slurm.gres.SlurmdProof.Processors;
import org.sobre.slurm.gres.SlurmdProof.Verdict;
import org.sobre.slurm.node.GresEntry;

/**
 * Gives our texts to a real {@code slurmd -G}, which reads them as at start-up and exits. Any
 * character device will do for a GPU: slurmd only looks at the file. {@code -Dsobre.require=slurm}
 * turns an absent slurmd into a failure.
 */
class SlurmdReadsGresTest {

  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final CommonsExecToolRunner tools = new CommonsExecToolRunner();

  @TempDir private Path directory;

  @BeforeEach
  void needsSlurmd() {
    boolean present = tools.run(List.of("slurmd", "-V"), DEADLINE).succeeded();
    if (List.of(System.getProperty("sobre.require", "").split(",", -1)).contains("slurm")) {
      assertThat(present).as("slurmd, required by -Dsobre.require").isTrue();
    }
    assumeTrue(present, "no slurmd on this machine");
  }

  @Test
  void inTheOrderOfOurPositions() {
    assertReadAsPublished(
        Nodes.with(
            gpu(0, "NVIDIA RTX A5000", "/dev/zero"),
            gpu(1, "NVIDIA GeForce RTX 3080", "/dev/full"),
            gpu(2, "NVIDIA RTX A5000", "/dev/null")));
  }

  @Test
  void ofTwoVendors() {
    assertReadAsPublished(
        Nodes.with(
            gpu(0, "NVIDIA GeForce RTX 4090", "/dev/zero"),
            Nodes.card(1, GpuVendor.AMD, "Radeon RX 7900", 24560, "/dev/null", "rdna3", "")));
  }

  @Test
  void ofAmdCards() {
    assertReadAsPublished(
        Nodes.with(
            Nodes.card(0, GpuVendor.AMD, "AMD Instinct MI210", 65520, "/dev/zero", "cdna2", ""),
            Nodes.card(1, GpuVendor.AMD, "AMD Instinct MI210", 65520, "/dev/null", "cdna2", "")));
  }

  @Test
  void ofANodeWithoutGpus() {
    assertReadAsPublished(Nodes.with());
  }

  /** On the processors of the description: this machine need not have them. */
  @Test
  void withCoresLinksAndShards() {
    List<GresEntry> entries =
        List.of(
            entry(0, "/dev/zero", "0-7", List.of(-1, 4)),
            entry(1, "/dev/full", "8-15", List.of(4, -1)));
    assertThat(verdict(node(entries))).isEqualTo(new Verdict(Outcome.READ, ""));
  }

  @Test
  void ofPartitions() {
    assertThat(verdict(node(List.of(mig(0, "/dev/null"), mig(1, "/dev/full")))))
        .isEqualTo(new Verdict(Outcome.READ, ""));
  }

  /** Why {@link Offer} holds partitions back where GPUs are shared: slurmd counts their files. */
  @Test
  void besideShardsAnOldSlurmdTakesPartitionsApart() {
    assumeTrue(
        SlurmdVersion.ask(tools)
            .flatMap(SlurmRelease::parse)
            .filter(release -> release.isBefore(new SlurmRelease(23, 2, 7)))
            .isPresent(),
        "this slurmd is not one of those");
    Verdict verdict =
        verdict(node(List.of(entry(0, "/dev/zero", "0-7", List.of()), mig(1, "/dev/full"))));
    assertThat(verdict.outcome()).isEqualTo(Outcome.REFUSED);
    assertThat(verdict.detail())
        .contains("position 1: expected Type=a_3g.20gb File=/dev/random,/dev/full, slurmd reads");
  }

  private static GresEntry mig(int position, String capability) {
    return new GresEntry(
        position,
        "gpu",
        "a_3g.20gb",
        List.of(Path.of("/dev/random"), Path.of(capability)),
        Optional.empty(),
        List.of(),
        OptionalInt.empty(),
        "MIG-" + position,
        Optional.empty());
  }

  /** The check that the others rely on: slurmd does die of what {@link NodeGres} refuses. */
  @Test
  void andDiesOfADoubledFile() throws IOException {
    SlurmNode node =
        Nodes.slurmNode(Nodes.with(gpu(0, "a", "/dev/zero"), gpu(1, "a", "/dev/null")));
    String doubled = GresRenderer.gresConf(node).replace("/dev/null", "/dev/zero");
    ToolResult result = slurmd(node, doubled);
    assertThat(result.succeeded()).isFalse();
    assertThat(result.stderr()).contains("duplicate device file name");
    assertThat(GresRules.broken(doubled, Files::exists))
        .anySatisfy(broken -> assertThat(broken).contains("stands twice"));
  }

  /** A proof that cannot fail would prove nothing. */
  @Test
  void aProofSeesWhatSlurmdReadsOtherwise() {
    List<GresEntry> beyond = List.of(entry(0, "/dev/zero", "0-999", List.of()));
    assertThat(verdict(node(beyond)).detail()).contains("Invalid GRES data for gpu, Cores=0-999");
  }

  private static GresEntry entry(int position, String file, String cores, List<Integer> links) {
    return new GresEntry(
        position,
        "gpu",
        "a",
        List.of(Path.of(file)),
        Optional.of(cores),
        links,
        OptionalInt.of(10 + position),
        "GPU-" + position,
        Optional.empty());
  }

  private static SlurmNode node(List<GresEntry> entries) {
    SlurmNode plain = Nodes.slurmNode(Nodes.with());
    return new SlurmNode(
        plain.node(),
        new CpuTopology("two packages", 2, 16, 32),
        plain.memory(),
        new NodeGres(entries, Optional.of(GpuVendor.NVIDIA)),
        List.of("vram_ge_24g"));
  }

  private Verdict verdict(SlurmNode node) {
    return new SlurmdProof(tools, Processors.AS_DESCRIBED).verdict(node, DEADLINE);
  }

  private void assertReadAsPublished(NodeDescription description) {
    assertThat(verdict(Nodes.slurmNode(description))).isEqualTo(new Verdict(Outcome.READ, ""));
  }

  private ToolResult slurmd(SlurmNode node, String gresConf) throws IOException {
    Path conf = directory.resolve("slurm.conf");
    Files.writeString(directory.resolve("gres.conf"), gresConf);
    Files.writeString(
        conf,
        """
        ClusterName=test
        SlurmctldHost=localhost
        SlurmUser=root
        GresTypes=gpu
        SlurmdSpoolDir=%1$s
        SlurmdPidFile=%1$s/pid
        %2$s"""
            .formatted(directory, GresRenderer.nodeLine(node)));
    return tools.run(List.of("slurmd", "-G", "-N", node.node(), "-f", conf.toString()), DEADLINE);
  }

  private static Gpu gpu(int index, String model, String device) {
    return Nodes.card(index, GpuVendor.NVIDIA, model, 24564, device, "ampere", "8.6");
  }
}
