package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.NodeDocumentCodec;
import org.sobre.slurm.node.PartitionShare;

/** Damaged spool files, node documents and lists of devices: refused in words, or read. */
class JobFuzzTest {

  private static final String BEGIN =
      """
      v=1
      job=12345
      restart=0
      uptime=81234.56
      uid=1203
      user=alice
      account=lab1
      partition=gpu
      gpus=0,3
      cpus=8(x2),4
      node=n2
      nodes=n[1-3]
      complete=1
      """;
  private static final String END =
      """
      v=1
      job=12345
      restart=0
      uptime=81300.01
      waitstatus=768
      complete=1
      """;

  private static final String NODE =
      """
      {"v":1,"node":"n1","boot":"b","digest":"d","features":[],"memoryMiB":1000,
       "cpu":{"model":"c","sockets":1,"cores":1,"threads":2},
       "gres":[
        {"position":0,"name":"gpu","type":"m","file":"/dev/nvidia0","device":"MIG-1",
         "partition":{"board":"GPU-1","profile":"1g.20gb","memoryMiB":19968}},
        {"position":1,"name":"gpu","type":"l4","file":"/dev/nvidia1","device":"GPU-2","shards":23},
        {"position":2,"name":"gpu","type":"cpx","file":"/dev/dri/renderD130","device":"AMD-3/0",
         "partition":{"board":"AMD-3","profile":"cpx","memoryMiB":24000}}],
       "gpus":[
        {"vendor":"nvidia","model":"A100","uuid":"GPU-1","pciBusId":"0000:01:00.0","state":"ok",
         "memoryTotalMiB":81920,"partitions":[
          {"id":"MIG-1","profile":"1g.20gb","memoryTotalMiB":19968,"gpuInstance":3},
          {"id":"MIG-2","profile":"1g.20gb","memoryTotalMiB":19968,"gpuInstance":3}]},
        {"vendor":"nvidia","model":"L4","uuid":"GPU-2","pciBusId":"0000:02:00.0","state":"ok"},
        {"vendor":"amd","model":"MI300X","uuid":"AMD-3","pciBusId":"0000:03:00.0","state":"ok",
         "memoryTotalMiB":196592,"partitions":[{"id":"AMD-3/0"},{"id":"AMD-3/1"}]}]}
      """;

  private static final List<Map<String, String>> JOBS =
      List.of(
          job("SLURM_JOB_GPUS", "0", "CUDA_VISIBLE_DEVICES", "0"),
          job("SLURM_JOB_GPUS", "0,1,2", "ROCR_VISIBLE_DEVICES", "0,1,2"),
          job("SLURM_STEP_GPUS", "2", "ROCR_VISIBLE_DEVICES", "0"),
          job("SLURM_JOB_GPUS", "1", "CUDA_VISIBLE_DEVICES", "MIG-1"));

  private static Map<String, String> job(String held, String positions, String list, String shown) {
    return Map.of("SLURM_JOB_ID", "7", held, positions, list, shown);
  }

  @Test
  void aDamagedSpoolFileIsReadOrRefused() {
    Mutations.survives(
        List.of(BEGIN, END),
        text -> {
          try {
            SpoolRecord record = SpoolFile.parse("12345.0.begin", text);
            assertThat(record.key()).isEqualTo(new JobKey(12345, 0));
          } catch (SpoolFormatException e) {
            assertThat(e.getMessage()).hasSizeGreaterThan(5);
          }
        });
  }

  @Test
  void aDamagedNodeGivesAJobNoDeviceThatItDoesNotName() {
    Mutations.survives(
        List.of(NODE),
        text -> {
          NodeDocument node;
          try {
            node = NodeDocumentCodec.read(text);
          } catch (JsonShapeException e) {
            assertThat(e.getMessage()).hasSizeGreaterThan(5);
            return;
          }
          for (GresEntry entry : node.gres()) {
            assertThat(PartitionShare.billionths(entry, node))
                .isBetween(1L, PartitionShare.WHOLE_BILLIONTHS);
          }
          JOBS.forEach(environment -> tell(environment, node, text + environment));
        });
  }

  @Test
  void aDamagedListOfDevicesIsRead() throws JsonShapeException {
    NodeDocument node = NodeDocumentCodec.read(NODE);
    Mutations.survives(
        List.of("0,1,2", "GPU-2,MIG-1", "2", "AMD-3/0", "GPU-946d7e1ef9b172dd"),
        list -> {
          for (Map<String, String> job : JOBS) {
            Map<String, String> environment = new HashMap<>(job);
            environment.replaceAll((name, value) -> name.equals("SLURM_JOB_ID") ? value : list);
            tell(environment, node, NODE + list.toLowerCase(Locale.ROOT) + list);
          }
        });
  }

  private static void tell(Map<String, String> environment, NodeDocument node, String said) {
    Allocation allocation = Allocation.of(environment, Optional.of(node));
    if (allocation.devices() instanceof Devices.Identified devices) {
      assertThat(devices.ids()).isNotEmpty();
      devices
          .ids()
          .forEach(id -> assertThat(said).contains(id.replaceFirst("^(AMD|GPU|MIG)-", "")));
    }
    assertThat(GpuVariables.forCommand(environment, allocation, Optional.of(node)))
        .containsKey("SLURM_JOB_ID");
  }
}
