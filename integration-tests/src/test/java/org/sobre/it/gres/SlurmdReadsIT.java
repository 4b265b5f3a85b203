package org.sobre.it.gres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.command.SlurmRelease;
import org.sobre.slurm.command.SlurmdVersion;
import org.sobre.slurm.gres.GresOptions;
import org.sobre.slurm.gres.Offer;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.gres.SlurmdProof;
import org.sobre.slurm.gres.SlurmdProof.Outcome;
import org.sobre.slurm.gres.SlurmdProof.Processors;
import org.sobre.slurm.gres.SlurmdProof.Verdict;
import org.sobre.slurm.node.GresEntry;

/**
 * The fragment of every recorded machine, read by the real slurmd as it is meant: position by
 * position the type, device files, cores, links and shards. A recording that tells enough of a card
 * is never left out; how many there are is printed, and must not become fewer.
 */
class SlurmdReadsIT {

  private static final Path RECORDINGS = Path.of("../node-hardware/src/test/resources/recordings");
  private static final Duration DEADLINE = Duration.ofSeconds(10);

  /** Of the recordings that are there today. */
  private static final int FEWEST_NVIDIA = 60;

  private static final int FEWEST_AMD = 15;

  /** One of them recorded in XML, two as text, two as tables; a MI300A that the test splits. */
  private static final int FEWEST_IN_MIG_MODE = 5;

  private static final int FEWEST_IN_CPX_MODE = 1;

  @BeforeAll
  static void needsRootAndSlurmd() {
    boolean slurmd = SlurmdVersion.ask(new CommonsExecToolRunner()).isPresent();
    boolean root = "root".equals(System.getProperty("user.name"));
    Set<String> required = Set.of(System.getProperty("sobre.require", "").split(",", -1));
    assertThat(slurmd || !required.contains("slurm")).as("slurmd is required").isTrue();
    assertThat(root || !required.contains("root")).as("root is required").isTrue();
    assumeTrue(slurmd && root, "needs slurmd, and root for the device files");
  }

  @Test
  void everyRecordedMachineIsReadAsItWasMeant() throws IOException {
    assertAllRead(OptionalLong.empty());
  }

  @Test
  void andWhereGpusAreShared() throws IOException {
    assertAllRead(OptionalLong.of(1024));
  }

  private static void assertAllRead(OptionalLong shardMebibytes) throws IOException {
    Optional<SlurmRelease> release =
        SlurmdVersion.ask(new CommonsExecToolRunner()).flatMap(SlurmRelease::parse);
    GresOptions options = new GresOptions(shardMebibytes, release);
    List<RecordedNode> recorded = recorded();
    List<RecordedNode> offering =
        recorded.stream().filter(node -> !gres(node, options).isEmpty()).toList();
    Set<Path> devices =
        offering.stream()
            .flatMap(node -> gres(node, options).stream())
            .flatMap(entry -> entry.files().stream())
            .collect(Collectors.toCollection(TreeSet::new));
    List<String> misread = new ArrayList<>();
    try (PrivateDevices inside = new PrivateDevices(devices)) {
      SlurmdProof proof = new SlurmdProof(inside, Processors.AS_DESCRIBED, devices::contains);
      for (RecordedNode node : offering) {
        Verdict verdict = proof.verdict(slurmNode(node, options), DEADLINE);
        if (verdict.outcome() != Outcome.READ) {
          misread.add(node.name() + ": " + verdict);
        }
      }
    }
    say(recorded, offering, options);
    assertThat(misread).isEmpty();
    assertThat(count(offering, GpuVendor.NVIDIA)).isGreaterThanOrEqualTo(FEWEST_NVIDIA);
    assertThat(count(offering, GpuVendor.AMD)).isGreaterThanOrEqualTo(FEWEST_AMD);
    if (options.shardMebibytes().isEmpty()) {
      assertThat(split(offering, GpuVendor.NVIDIA)).isGreaterThanOrEqualTo(FEWEST_IN_MIG_MODE);
      assertThat(split(offering, GpuVendor.AMD)).isGreaterThanOrEqualTo(FEWEST_IN_CPX_MODE);
    }
  }

  private static List<RecordedNode> recorded() throws IOException {
    List<RecordedNode> nodes = new ArrayList<>();
    try (Stream<Path> files = Files.walk(RECORDINGS)) {
      for (Path file : files.filter(SlurmdReadsIT::isRecording).sorted().toList()) {
        String text = Files.readString(file, StandardCharsets.ISO_8859_1);
        Optional<RecordedNode> node = RecordedNode.of(file, text);
        node.ifPresent(nodes::add);
        node.flatMap(RecordedNode::inCpxMode).ifPresent(nodes::add);
      }
    }
    return nodes;
  }

  private static boolean isRecording(Path file) {
    return Files.isRegularFile(file)
        && !file.endsWith("PROVENANCE.md")
        && !file.endsWith("expected.txt");
  }

  private static SlurmNode slurmNode(RecordedNode node, GresOptions options) {
    MemorySize offerFrom = MemorySize.ofMebibytes(0);
    return SlurmNode.of(
        node.description(), Offer.of(node.description().gpus(), offerFrom, options));
  }

  private static List<GresEntry> gres(RecordedNode node, GresOptions options) {
    return slurmNode(node, options).gres().entries();
  }

  private static long count(List<RecordedNode> nodes, GpuVendor vendor) {
    return nodes.stream()
        .filter(node -> node.description().gpus().stream().anyMatch(gpu -> gpu.vendor() == vendor))
        .count();
  }

  private static long split(List<RecordedNode> nodes, GpuVendor vendor) {
    return count(nodes.stream().filter(RecordedNode::offersPartitions).toList(), vendor);
  }

  private static void say(
      List<RecordedNode> recorded, List<RecordedNode> offering, GresOptions options) {
    List<String> nothing =
        recorded.stream()
            .filter(node -> !offering.contains(node))
            .map(RecordedNode::whyNot)
            .toList();
    System.out.printf(
        "slurmd %s read %d recorded machines (%d of NVIDIA, %d of them in MIG mode; %d of AMD,"
            + " %d of them in CPX mode; in %d of all the test gave a device file or id), %s; with GPUs and nothing to offer: %s%n",
        options.release().map(SlurmRelease::toString).orElse("?"),
        offering.size(),
        count(offering, GpuVendor.NVIDIA),
        split(offering, GpuVendor.NVIDIA),
        count(offering, GpuVendor.AMD),
        split(offering, GpuVendor.AMD),
        offering.stream().filter(RecordedNode::completed).count(),
        options.shardMebibytes().isPresent() ? "GPUs shared" : "GPUs not shared",
        nothing);
  }
}
