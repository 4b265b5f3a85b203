package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.node.NodeDocument;

/**
 * Asks for the free memory of the GPUs that a job holds: NVIDIA's one nvidia-smi, under a deadline;
 * for AMD's the files of their driver.
 */
final class GpuSurvey {

  /** A first nvidia-smi on a machine without persistence mode takes some seconds. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  /** What a processor's own graphics has at most, beside a card. */
  private static final MemorySize SMALL = MemorySize.ofMebibytes(4096);

  private static final Messages MESSAGES = Messages.of(GpuSurvey.class);

  private final ToolRunner tools;
  private final String nvidiaSmi;
  private final SysRoot root;

  GpuSurvey(ToolRunner tools, String nvidiaSmi, SysRoot root) {
    this.tools = tools;
    this.nvidiaSmi = nvidiaSmi;
    this.root = root;
  }

  /**
   * @param wanted of which vendors a command can use cards, where nobody says which it holds; empty
   *     for any
   * @param node what the node published of itself
   * @return the devices held, in the order of the allocation
   * @throws PlanningException if one of them cannot be asked
   */
  List<Device> held(Devices held, List<GpuVendor> wanted, Optional<NodeDocument> node)
      throws PlanningException {
    if (held instanceof Devices.None) {
      return List.of();
    }
    if (held instanceof Devices.Identified identified) {
      return identified(identified.ids(), node);
    }
    if (held instanceof Devices.Visible visible) {
      return visible(visible, node);
    }
    return all(wanted, node);
  }

  private List<Device> identified(List<String> ids, Optional<NodeDocument> node)
      throws PlanningException {
    Optional<NvidiaAnswer> nvidia =
        ids.stream().anyMatch(GpuSurvey::isWholeNvidia)
            ? Optional.of(askNvidia())
            : Optional.empty();
    List<Device> mig =
        ids.stream().anyMatch(GpuSurvey::isMig)
            ? PartitionTable.ofNvidia(tools, nvidiaSmi, root, DEADLINE)
            : List.of();
    AmdMemoryTable amd =
        ids.stream().anyMatch(GpuSurvey::isAmd)
            ? AmdMemoryTable.read(root, node)
            : new AmdMemoryTable(List.of(), List.of());
    List<Device> devices = new ArrayList<>();
    for (String id : ids) {
      if (isMig(id)) {
        devices.add(byId(id, mig).orElseThrow(() -> unknownPartition(id, mig.size())));
      } else {
        devices.add(
            nvidia.isPresent() && !isAmd(id)
                ? byId(id, nvidia.get().table().devices())
                    .orElseThrow(() -> unknown(id, nvidia.get()))
                : byId(id, amd.devices()).orElseThrow(() -> unknown(id, amd)));
      }
    }
    return devices;
  }

  private static boolean isWholeNvidia(String id) {
    return !isAmd(id) && !isMig(id);
  }

  private static boolean isMig(String id) {
    return id.startsWith("MIG-");
  }

  private static boolean isAmd(String id) {
    return id.startsWith("AMD-");
  }

  /** A card that could not be read hides which number belongs to which. */
  private List<Device> visible(Devices.Visible held, Optional<NodeDocument> node)
      throws PlanningException {
    if (held.vendor() == GpuVendor.AMD) {
      AmdMemoryTable amd = AmdMemoryTable.read(root, node);
      return counted(held, amd.devices(), amd.complaints(), index -> unknown(gpuOfJob(index), amd));
    }
    NvidiaAnswer nvidia = askNvidia();
    NvidiaMemoryTable table = nvidia.table();
    return counted(
        held, table.devices(), table.complaints(), index -> unknown(gpuOfJob(index), nvidia));
  }

  private static List<Device> counted(
      Devices.Visible held,
      List<Device> seen,
      List<String> complaints,
      IntFunction<PlanningException> unknown)
      throws PlanningException {
    List<Device> devices = new ArrayList<>();
    for (int index : held.indices()) {
      if (index >= seen.size() || !complaints.isEmpty()) {
        throw unknown.apply(index);
      }
      devices.add(seen.get(index));
    }
    return devices;
  }

  private static String gpuOfJob(int index) {
    return MESSAGES.text("survey.gpuOfJob", index);
  }

  /** A command runs on the cards of one vendor: of NVIDIA's if there are some that it can use. */
  private List<Device> all(List<GpuVendor> wanted, Optional<NodeDocument> node)
      throws PlanningException {
    NvidiaAnswer nvidia = askNvidia();
    AmdMemoryTable amd = AmdMemoryTable.read(root, node);
    boolean amdOnly = !wanted.isEmpty() && !wanted.contains(GpuVendor.NVIDIA);
    List<Device> cards = cards(amd.devices());
    if (!cards.isEmpty() && (amdOnly || nvidia.table().devices().isEmpty())) {
      return cards;
    }
    if (nvidia.table().devices().isEmpty() && !nvidia.table().complaints().isEmpty()) {
      throw unknown(MESSAGES.text("survey.anyGpu"), nvidia);
    }
    if (nvidia.table().devices().isEmpty() && !amd.complaints().isEmpty()) {
      throw unknown(MESSAGES.text("survey.anyGpu"), amd);
    }
    return nvidia.table().devices();
  }

  /** Without a processor's own graphics, where there is a card beside it. */
  private static List<Device> cards(List<Device> amd) {
    List<Device> large =
        amd.stream().filter(device -> device.total().compareTo(SMALL) > 0).toList();
    return large.isEmpty() ? amd : large;
  }

  private record NvidiaAnswer(NvidiaMemoryTable table, String ending) {}

  private NvidiaAnswer askNvidia() {
    List<String> fields = NvidiaMemoryTable.FIELDS;
    ToolResult result = query(fields);
    if (!result.succeeded() && result.stdout().contains("is not a valid field")) {
      fields = NvidiaMemoryTable.OLD_FIELDS;
      result = query(fields);
    }
    return new NvidiaAnswer(NvidiaMemoryTable.parse(fields, result.stdout()), ending(result));
  }

  private ToolResult query(List<String> fields) {
    return tools.run(
        List.of(
            nvidiaSmi, "--query-gpu=" + String.join(",", fields), "--format=csv,noheader,nounits"),
        DEADLINE);
  }

  private static Optional<Device> byId(String id, List<Device> devices) {
    Optional<Device> exact = devices.stream().filter(device -> device.id().equals(id)).findFirst();
    List<Device> found = devices.stream().filter(device -> device.id().startsWith(id)).toList();
    return exact.isPresent() || found.size() != 1 ? exact : Optional.of(found.get(0));
  }

  private static PlanningException unknown(String what, AmdMemoryTable table) {
    return new PlanningException(
        table.complaints().isEmpty()
            ? MESSAGES.text("survey.amd.unknown", what, table.devices().size())
            : MESSAGES.text("survey.amd.unreadable", what, table.complaints().get(0)));
  }

  private static PlanningException unknownPartition(String id, int listed) {
    return new PlanningException(MESSAGES.text("survey.nvidia.partition", id, listed));
  }

  private static PlanningException unknown(String what, NvidiaAnswer answer) {
    NvidiaMemoryTable table = answer.table();
    return new PlanningException(
        table.complaints().isEmpty()
            ? MESSAGES.text("survey.nvidia.unknown", what, table.devices().size(), answer.ending())
            : MESSAGES.text(
                "survey.nvidia.unreadable", what, table.complaints().get(0), answer.ending()));
  }

  private static String ending(ToolResult result) {
    if (result.succeeded()) {
      return "";
    }
    return switch (result.ending()) {
      case EXITED -> MESSAGES.text("survey.ending.status", result.exitStatus().orElse(0));
      case TIMED_OUT -> MESSAGES.text("survey.ending.silent", DEADLINE.toSeconds());
      case NOT_FOUND -> MESSAGES.text("survey.ending.notFound");
      case NOT_STARTED -> MESSAGES.text("survey.ending.notStarted");
      case TOO_MUCH_OUTPUT -> MESSAGES.text("survey.ending.tooMuch");
    };
  }
}
