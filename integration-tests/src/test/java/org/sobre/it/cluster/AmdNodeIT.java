package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;

/** A node with a card of AMD's: found by amd-smi or without it, given out by Slurm, metered. */
@RealCluster
@Order(2)
class AmdNodeIT {

  private static final String NODE = "amd1";
  private static final String DEVICE = "AMD-5b1e7c0a9d4f2836";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Lab lab;

  AmdNodeIT(Lab lab) {
    this.lab = lab;
  }

  @Test
  void slurmKnowsItByItsTypeItsVendorAndItsMemory() {
    List<String> cells =
        List.of(
            lab.exec("root", "sinfo", "-h", "-p", "main", "-n", NODE, "-o", "%G|%f")
                .text()
                .split("\\|", -1));
    assertThat(cells.get(0)).startsWith("gpu:amd_instinct_mi210:1");
    assertThat(cells.get(1).split(",", -1))
        .contains("gpu_vendor_amd", "gpu_family_cdna2", "vram_ge_64g", "vram_has_64g")
        .doesNotContain("gpu_vendor_nvidia", "vram_ge_80g");
  }

  @Test
  void aJobGetsItsCardUnderTheNameThatRocmReadsAndNoOther() {
    String job =
        lab.sbatch(
            "bob",
            "env; exec sobre run -- env SOBRE_STANDIN_SECONDS=4 python3 infer.py",
            "--gres=gpu:amd_instinct_mi210:1",
            "--constraint=gpu_vendor_amd&vram_ge_64g");
    assertThat(lab.awaitEnd(job, PATIENCE)).isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.output("bob", job))
        // by id: the lab's slurm.conf has Sobre's task prolog
        .contains("ROCR_VISIBLE_DEVICES=GPU-5b1e7c0a9d4f2836\n", "GPUs    1: AMD-5b1e7c0a")
        .doesNotContain("CUDA_VISIBLE_DEVICES");
    Map<String, Object> line = lab.awaitJobLine(NODE, job);
    assertThat(LedgerLines.objects(line, "energy"))
        .filteredOn(part -> "gpu".equals(part.get("part")))
        .singleElement()
        .satisfies(
            part -> {
              assertThat(part).containsEntry("device", DEVICE);
              assertThat(LedgerLines.object(part, "microjoules")).containsOnlyKeys("sampled");
            });
  }

  /** The same card under the same name, whether a tool tells of it or the kernel alone. */
  @Test
  void withoutAToolTheKernelsFilesTellOfTheSameCard() throws IOException {
    Map<String, Object> byTool = onlyGpu("sobre discover --format json");
    // in a mount namespace of its own: nothing of the node is changed
    Map<String, Object> byKernel =
        onlyGpu(
            "unshare -m sh -c 'mount --bind /dev/null /usr/bin/amd-smi && sobre discover --format json'");
    for (String key :
        List.of("vendor", "uuid", "pciBusId", "device", "memoryTotalMiB", "state", "offered")) {
      assertThat(byKernel.get(key)).as(key).isNotNull().isEqualTo(byTool.get(key));
    }
    assertThat(byTool).containsEntry("uuid", DEVICE).containsEntry("memoryTotalMiB", 65520);
  }

  private Map<String, Object> onlyGpu(String command) throws IOException {
    Map<String, Object> node = JSON.std.mapFrom(lab.on(NODE, "sh", "-c", command).text());
    List<Map<String, Object>> gpus = LedgerLines.objects(node, "gpus");
    assertThat(gpus).hasSize(1);
    return gpus.get(0);
  }
}
