package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.job.Allocation.Devices;

/** The five lines a job leaves in its output. Pure: facts in, lines out. */
final class Summary {

  private static final double JOULES_PER_WATT_HOUR = 3600;
  private static final int SHORT_ID = 12;

  /** What others say of themselves stays one line. */
  private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

  private Summary() {}

  /** From the devices that were asked for their memory. */
  static String gpus(List<Device> devices) {
    String found =
        devices.stream()
            .map(
                device ->
                    device.model()
                        + " ("
                        + shortId(device.id())
                        + "), "
                        + gigabytes(device.free())
                        + " free of "
                        + gigabytes(device.total()))
            .collect(Collectors.joining("; "));
    return line("GPUs", devices.isEmpty() ? "none" : devices.size() + ": " + found);
  }

  /** From the allocation alone, where nobody needed to ask the devices. */
  static String gpus(Devices held) {
    return line(
        "GPUs",
        held.match(
            all -> "whatever this machine has: this is no job of a scheduler",
            none -> "none",
            identified ->
                identified.ids().size()
                    + ": "
                    + identified.ids().stream()
                        .map(Summary::shortId)
                        .collect(Collectors.joining(", ")),
            visible -> visible.indices().size() + " (CUDA device " + visible.indices() + ")"));
  }

  static String batch(Optional<BatchPlan> plan) {
    return line(
        "batch",
        plan.map(Summary::planned).orElse("as the command has it: no profile was asked for"));
  }

  static String duration(Duration took) {
    return line("time", human(took));
  }

  static String energy(Reading<JobEnergy> energy) {
    return line("energy", energy.match(Summary::measured, missing -> "none: " + missing.detail()));
  }

  static String exit(
      ChildProcess.Result result, OptionalLong items, Optional<String> unit, Duration took) {
    StringBuilder text = new StringBuilder().append(result.status());
    if (!result.started()) {
      text.append(": not started");
    } else if (result.status() > 128) {
      text.append(" (signal ").append(result.status() - 128);
      text.append(", or the command's own status)");
    }
    if (items.isPresent()) {
      text.append("; ").append(items.getAsLong()).append(' ');
      text.append(unit.map(word -> word + "s").orElse("items"));
      if (took.toMillis() > 0) {
        double rate = 1000.0 * items.getAsLong() / took.toMillis();
        text.append(
            String.format(Locale.ROOT, rate < 10 ? ", %.2f a second" : ", %.0f a second", rate));
      }
    }
    return line("exit", text.toString());
  }

  private static String planned(BatchPlan plan) {
    StringBuilder text = new StringBuilder().append(plan.batch());
    if (plan.accumulation() > 1) {
      text.append(" x ").append(plan.accumulation()).append(" steps");
    }
    if (plan.world() > 1) {
      text.append(" x ").append(plan.world()).append(" GPUs");
    }
    if (plan.effectiveBatch() != plan.batch()) {
      text.append(" = ").append(plan.effectiveBatch());
    }
    return text.append(": ").append(plan.why()).toString();
  }

  private static String measured(JobEnergy energy) {
    StringBuilder text = new StringBuilder();
    if (energy.parts().isEmpty()) {
      text.append("none");
    } else {
      text.append(energy.joules()).append(" J (");
      text.append(String.format(Locale.ROOT, "%.2f Wh", energy.joules() / JOULES_PER_WATT_HOUR));
      text.append("): ").append(parts(energy));
    }
    if (!energy.missing().isEmpty()) {
      text.append("; without ");
      text.append(
          energy.missing().stream()
              .map(missing -> missing.part() + " (" + missing.reason() + ")")
              .distinct()
              .collect(Collectors.joining(", ")));
    }
    text.append("; ").append(energy.observedSeconds()).append(" of ");
    return text.append(energy.elapsedSeconds()).append(" s observed").toString();
  }

  private record Kind(String part, String quality) {}

  /** One figure a kind of part and quality, not a device: a node has many packages. */
  private static String parts(JobEnergy energy) {
    Map<Kind, Long> joules = new LinkedHashMap<>();
    energy
        .parts()
        .forEach(p -> joules.merge(new Kind(p.part(), p.quality()), p.joules(), Long::sum));
    return joules.entrySet().stream()
        .map(sum -> sum.getKey().part() + " " + sum.getValue() + " J " + sum.getKey().quality())
        .collect(Collectors.joining(", "));
  }

  private static String human(Duration took) {
    if (took.toSeconds() < 60) {
      return String.format(Locale.ROOT, "%.1f s", took.toMillis() / 1000.0);
    }
    String minutes =
        String.format(Locale.ROOT, "%d min %02d s", took.toMinutesPart(), took.toSecondsPart());
    return took.toHours() > 0 ? took.toHours() + " h " + minutes : minutes;
  }

  private static String gigabytes(MemorySize size) {
    return String.format(Locale.ROOT, "%.1f GB", size.gigabytes());
  }

  /** As nvidia-smi's users know it: GPU- and the first eight digits. */
  private static String shortId(String id) {
    return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
  }

  private static String line(String name, String text) {
    return String.format(
        Locale.ROOT, "sobre: %-6s  %s", name, CONTROLS.matcher(text).replaceAll(" "));
  }
}
