package org.sobre.hardware.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.units.MemorySize;

class DiscoveryConfigTest {

  private final Problems problems = new Problems();

  @Test
  void everyKeyHasADefault() {
    assertThat(parse(""))
        .isEqualTo(
            new DiscoveryConfig(
                Duration.ofSeconds(10),
                MemorySize.ofMebibytes(4096),
                "nvidia-smi",
                "rocm-smi",
                "amd-smi"));
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void readsEveryKey() {
    String text =
        "{deadline: 15s, offerFromMiB: 2048, tools: {nvidiaSmi: /opt/nvidia-smi,"
            + " rocmSmi: /opt/rocm/bin/rocm-smi, amdSmi: /opt/rocm/bin/amd-smi}}";
    assertThat(parse(text))
        .isEqualTo(
            new DiscoveryConfig(
                Duration.ofSeconds(15),
                MemorySize.ofMebibytes(2048),
                "/opt/nvidia-smi",
                "/opt/rocm/bin/rocm-smi",
                "/opt/rocm/bin/amd-smi"));
    assertThat(problems.isEmpty()).isTrue();
  }

  @Test
  void saysAllThatIsWrong() {
    parse("{deadline: 5min, offerFromMiB: -1, tools: {nvidiaSmy: x}}");
    assertThat(problems.all())
        .extracting(Problem::message)
        .satisfiesExactly(
            deadline -> assertThat(deadline).contains("deadline", "from 1s to 20s", "\"5min\""),
            offer -> assertThat(offer).contains("offerFromMiB", "from 0 to 1048576"),
            tool -> assertThat(tool).contains("unknown key", "did you mean \"nvidiaSmi\"?"));
  }

  @Test
  void aToolHasAName() {
    DiscoveryConfig config = parse("{tools: {nvidiaSmi: \"\", amdSmi: \"\"}}");
    assertThat(config.nvidiaSmi()).isEqualTo("nvidia-smi");
    assertThat(config.amdSmi()).isEqualTo("amd-smi");
    assertThat(problems.all())
        .extracting(Problem::message)
        .satisfiesExactly(
            nvidia -> assertThat(nvidia).contains("nvidiaSmi", "found nothing"),
            amd -> assertThat(amd).contains("amdSmi", "found nothing"));
  }

  private DiscoveryConfig parse(String text) {
    return DiscoveryConfig.from(YamlDocument.parse("test.yaml", text, problems));
  }
}
