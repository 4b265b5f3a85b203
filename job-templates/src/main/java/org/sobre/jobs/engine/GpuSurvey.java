package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.job.Allocation.Devices;

/** Asks for the free memory of the GPUs that a job holds: one nvidia-smi, under a deadline. */
final class GpuSurvey {

  /** A first nvidia-smi on a machine without persistence mode takes some seconds. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private final ToolRunner tools;
  private final String nvidiaSmi;

  GpuSurvey(ToolRunner tools, String nvidiaSmi) {
    this.tools = tools;
    this.nvidiaSmi = nvidiaSmi;
  }

  /**
   * @return the devices held, in the order of the allocation
   * @throws PlanningException if one of them cannot be asked
   */
  List<Device> held(Devices held) throws PlanningException {
    if (held instanceof Devices.None) {
      return List.of();
    }
    List<String> fields = NvidiaMemoryTable.FIELDS;
    ToolResult result = query(fields);
    if (!result.succeeded() && result.stdout().contains("is not a valid field")) {
      fields = NvidiaMemoryTable.OLD_FIELDS;
      result = query(fields);
    }
    NvidiaMemoryTable table = NvidiaMemoryTable.parse(fields, result.stdout());
    return chosen(held, table, ending(result));
  }

  private ToolResult query(List<String> fields) {
    return tools.run(
        List.of(
            nvidiaSmi, "--query-gpu=" + String.join(",", fields), "--format=csv,noheader,nounits"),
        DEADLINE);
  }

  private List<Device> chosen(Devices held, NvidiaMemoryTable table, String ending)
      throws PlanningException {
    if (held instanceof Devices.Identified identified) {
      List<Device> devices = new ArrayList<>();
      for (String id : identified.ids()) {
        devices.add(byId(id, table).orElseThrow(() -> unknown(id, table, ending)));
      }
      return devices;
    }
    if (held instanceof Devices.Visible visible) {
      List<Device> devices = new ArrayList<>();
      for (int index : visible.indices()) {
        // a line that could not be read hides which index belongs to which card
        if (index >= table.devices().size() || !table.complaints().isEmpty()) {
          throw unknown("GPU " + index + " of this job", table, ending);
        }
        devices.add(table.devices().get(index));
      }
      return devices;
    }
    if (table.devices().isEmpty() && !table.complaints().isEmpty()) {
      throw unknown("any GPU", table, ending);
    }
    return table.devices();
  }

  private static Optional<Device> byId(String id, NvidiaMemoryTable table) {
    List<Device> found =
        table.devices().stream().filter(device -> device.id().startsWith(id)).toList();
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  private static PlanningException unknown(String what, NvidiaMemoryTable table, String ending) {
    if (what.startsWith("MIG-")) {
      return new PlanningException(
          what
              + " is a partition of a GPU, whose free memory nvidia-smi does not list: give the"
              + " batch size in the command itself, with sobre run and no --profile");
    }
    String said =
        table.complaints().isEmpty()
            ? "lists " + table.devices().size() + " GPU(s)" + ending
            : "says \"" + table.complaints().get(0) + "\"" + ending;
    return new PlanningException(
        "the free memory of "
            + what
            + " is not known: nvidia-smi "
            + said
            + "; sobre doctor tells more");
  }

  private static String ending(ToolResult result) {
    if (result.succeeded()) {
      return "";
    }
    return switch (result.ending()) {
      case EXITED -> " (exit status " + result.exitStatus().orElse(0) + ")";
      case TIMED_OUT -> " (no answer within " + DEADLINE.toSeconds() + " s)";
      case NOT_FOUND -> " (there is no such program on PATH)";
      case NOT_STARTED -> " (it could not be started)";
      case TOO_MUCH_OUTPUT -> " (it printed too much)";
    };
  }
}
