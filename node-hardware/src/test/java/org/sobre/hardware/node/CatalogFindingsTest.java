package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.catalog.GpuCatalogReader;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.gpu.nvidia.Recordings;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.FakeToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;

/** A scan knows the family of its cards; doctor says what to write where it does not. */
class CatalogFindingsTest {

  @TempDir Path root;

  @BeforeEach
  void twoCards() throws IOException {
    new MachineTree(root)
        .pci("0000:81:00.0", "0x10de", "0x2231", "0x030000")
        .pci("0000:c1:00.0", "0x10de", "0x2231", "0x030000")
        .device("nvidia0")
        .device("nvidia1");
  }

  @Test
  void aScanHasTheFamilyOfEachCard() throws IOException {
    catalog(
        "models: [{vendor: nvidia, model: RTX A5000, pciIds: [\"10de:2231\"], family: professional}]\n");
    NodeDescription node = scan();
    assertThat(node.gpus())
        .extracting(Gpu::family)
        .containsExactly(Optional.of("professional"), Optional.of("professional"));
    assertThat(findings(node)).isEmpty();
  }

  @Test
  void anUnknownModelIsOneNoteWithWhatToWrite() throws IOException {
    catalog("models: [{vendor: nvidia, model: Tesla T4, family: gpgpu}]\n");
    NodeDescription node = scan();
    assertThat(node.gpus()).extracting(Gpu::family).containsOnly(Optional.empty());
    Finding finding = findings(node).get(0);
    assertThat(findings(node)).hasSize(1);
    assertThat(finding.severity()).isEqualTo(Severity.NOTE);
    assertThat(finding.subject()).isEqualTo("GPU 0, 1 (NVIDIA RTX A5000)");
    assertThat(finding.text()).contains("etc/sobre/gpu-catalog.yaml:", "\"10de:2231\"");
    String pasted = finding.text().substring(finding.text().indexOf("schema:"));
    catalogOf("etc/sobre", pasted.replace("\n    ", "\n"));
    assertThat(scan().gpus()).extracting(Gpu::family).containsOnly(Optional.of("gamer"));
  }

  @Test
  void whatCannotBeToldApartIsNamed() throws IOException {
    catalog(
        "models: [{vendor: nvidia, model: RTX A5000, family: gamer}, "
            + "{vendor: nvidia, model: Other, pciIds: [\"10de:2231\"], family: office}]\n");
    assertThat(findings(scan()))
        .singleElement()
        .satisfies(finding -> assertThat(finding.text()).contains("may be Other, RTX A5000"));
  }

  @Test
  void theSnippetHasNoProblemOfItsOwn() throws IOException {
    catalog("models: [{vendor: nvidia, model: Tesla T4, family: gpgpu}]\n");
    String text = findings(scan()).get(0).text();
    String pasted = text.substring(text.indexOf("schema:")).replace("\n    ", "\n");
    Problems problems = new Problems();
    GpuCatalogReader.from(YamlDocument.parse("pasted", pasted, problems), GpuCatalog.EMPTY);
    assertThat(problems.all()).isEmpty();
  }

  @Test
  void withoutACatalogueNoModelIsMissing() throws IOException {
    assertThat(findings(scan())).isEmpty();
  }

  private NodeDescription scan() throws IOException {
    FakeToolRunner runner =
        new FakeToolRunner()
            .exits(0, Recordings.read("rtx-a5000-x2_590.44.01_q-x.xml"), "", "nvidia-smi", "-q")
            .exits(0, "", "", "nvidia-smi");
    DiscoveryConfig config =
        new DiscoveryConfig(
            Duration.ofSeconds(5), MemorySize.ofMebibytes(4096), "nvidia-smi", "no", "no");
    Machine machine =
        new Machine(
            new CpuTopology("A CPU", 1, 4, 8), MemorySize.ofMebibytes(16_000), Optional.empty());
    return new NodeScan(new SysRoot(root), runner, () -> machine, Clock.systemUTC(), config).scan();
  }

  private List<Finding> findings(NodeDescription node) {
    GpuCatalogFiles files = GpuCatalogFiles.of(new SysRoot(root));
    return new CatalogFindings(
            files.load().catalog(),
            files.site(),
            address -> PciScan.idOf(new SysRoot(root), address))
        .of(node.gpus());
  }

  private void catalog(String yaml) throws IOException {
    catalogOf("usr/share/sobre", yaml);
  }

  private void catalogOf(String directory, String yaml) throws IOException {
    Path file = root.resolve(directory).resolve("gpu-catalog.yaml");
    Files.createDirectories(file.getParent());
    Files.writeString(file, yaml);
  }
}
