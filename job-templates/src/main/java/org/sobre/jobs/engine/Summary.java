package org.sobre.jobs.engine;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;
import org.sobre.jobs.launch.ChildProcess;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.job.Allocation.Devices;

/**
 * The five lines a job leaves in its output, and a sixth where there is a hint, in the reader's
 * language. Pure: facts in, lines out.
 */
final class Summary {

  private static final Messages MESSAGES = Messages.of(Summary.class);
  private static final int SHORT_ID = 12;

  /** What others say of themselves stays one line. */
  private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}+");

  private Summary() {}

  /** From the devices that were asked for their memory. */
  static String gpus(List<Device> devices) {
    if (devices.isEmpty()) {
      return line("gpus", MESSAGES.text("gpus.none"));
    }
    String found =
        devices.stream()
            .map(
                device ->
                    MESSAGES.text(
                        "gpus.device",
                        device.model(),
                        shortId(device.id()),
                        gigabytes(device.free()),
                        gigabytes(device.total())))
            .collect(Collectors.joining(MESSAGES.text("gpus.separator")));
    return line("gpus", MESSAGES.text("gpus.list", devices.size(), found));
  }

  /** From the allocation alone, where nobody needed to ask the devices. */
  static String gpus(Devices held) {
    return line(
        "gpus",
        held.match(
            all -> MESSAGES.text("gpus.all"),
            none -> MESSAGES.text("gpus.none"),
            identified ->
                MESSAGES.text(
                    "gpus.list",
                    identified.ids().size(),
                    identified.ids().stream()
                        .map(Summary::shortId)
                        .collect(Collectors.joining(", "))),
            visible ->
                MESSAGES.text(
                    "gpus.visible",
                    visible.indices().size(),
                    runtime(visible),
                    visible.indices())));
  }

  private static String runtime(Devices.Visible visible) {
    return switch (visible.vendor()) {
      case NVIDIA -> "CUDA";
      case AMD -> "ROCm";
    };
  }

  /**
   * @param devices of this process
   */
  static String batch(Optional<BatchPlan> plan, int devices) {
    return line("batch", plan.map(p -> planned(p, devices)).orElse(MESSAGES.text("batch.none")));
  }

  /** Of a dry run: the words as they would be run. */
  static String command(List<String> words) {
    return line("runs", String.join(" ", words));
  }

  /**
   * @param loaded from the command's start until it had loaded what it needs, if it says so
   */
  static String duration(Duration took, Optional<Duration> loaded) {
    return line(
        "time",
        human(took) + loaded.map(until -> MESSAGES.text("time.loaded", human(until))).orElse(""));
  }

  static String energy(Reading<RunEnergy> energy) {
    return line(
        "energy",
        energy.match(EnergyText::of, missing -> MESSAGES.text("energy.unknown", missing.detail())));
  }

  /** What is most worth knowing for the next run. */
  static String hint(String sentence) {
    return line("hint", sentence);
  }

  /**
   * @param items that were done, with their rate and, where all of the command's own energy is
   *     known, how many came of a kilojoule
   */
  static String exit(
      ChildProcess.Result result,
      OptionalLong items,
      Optional<String> unit,
      Duration took,
      Reading<RunEnergy> energy) {
    StringBuilder text = new StringBuilder().append(result.status());
    if (!result.started()) {
      text.append(MESSAGES.text("exit.notStarted"));
    } else if (result.status() > 128) {
      text.append(MESSAGES.text("exit.signal", result.status() - 128));
    }
    if (items.isPresent()) {
      String what = unit.map(word -> word + "s").orElse(MESSAGES.text("exit.items"));
      text.append(MESSAGES.text("exit.done", items.getAsLong(), what));
      if (took.toMillis() > 0) {
        double rate = 1000.0 * items.getAsLong() / took.toMillis();
        text.append(MESSAGES.text("exit.perSecond", decimals(rate)));
      }
      kilojoules(energy)
          .map(kilojoules -> decimals(items.getAsLong() / kilojoules))
          .ifPresent(each -> text.append(MESSAGES.text("exit.perKilojoule", each)));
    }
    return line("exit", text.toString());
  }

  /** Of all parts of the machine: a part that is missing would make the command look better. */
  private static Optional<Double> kilojoules(Reading<RunEnergy> energy) {
    return energy
        .measured()
        .filter(RunEnergy::ofTheCommand)
        .map(RunEnergy::drawn)
        .filter(drawn -> drawn.missing().isEmpty() && drawn.joules() > 0)
        .map(drawn -> drawn.joules() / 1000.0);
  }

  private static String planned(BatchPlan plan, int devices) {
    StringBuilder text = new StringBuilder().append(plan.batch());
    if (plan.accumulation() > 1) {
      text.append(MESSAGES.text("batch.steps", plan.accumulation()));
    }
    if (plan.world() > 1) {
      String what = plan.world() == devices ? "batch.gpus" : "batch.processes";
      text.append(MESSAGES.text(what, plan.world()));
    }
    if (plan.effectiveBatch() != plan.batch()) {
      text.append(" = ").append(plan.effectiveBatch());
    }
    return MESSAGES.text("batch.planned", text, plan.why());
  }

  private static String human(Duration took) {
    if (took.toSeconds() < 60) {
      return String.format(locale(), "%.1f s", took.toMillis() / 1000.0);
    }
    String minutes =
        String.format(locale(), "%d min %02d s", took.toMinutesPart(), took.toSecondsPart());
    return took.toHours() > 0 ? took.toHours() + " h " + minutes : minutes;
  }

  private static String decimals(double rate) {
    return String.format(locale(), rate < 10 ? "%.2f" : "%.0f", rate);
  }

  private static String gigabytes(MemorySize size) {
    return MESSAGES.text("gigabytes", String.format(locale(), "%.1f", size.gigabytes()));
  }

  private static Locale locale() {
    return Language.current().locale();
  }

  /** As nvidia-smi's users know it: GPU- and the first eight digits; a PCI address whole. */
  private static String shortId(String id) {
    return id.length() > SHORT_ID && id.indexOf(':') < 0 ? id.substring(0, SHORT_ID) : id;
  }

  /** The texts of all lines begin in one column. */
  private static String line(String name, String text) {
    int width =
        Stream.of("gpus", "batch", "time", "energy", "exit", "runs", "hint")
            .mapToInt(label -> MESSAGES.text("label." + label).length())
            .max()
            .orElseThrow();
    String label = MESSAGES.text("label." + name);
    String words = CONTROLS.matcher(text).replaceAll(" ");
    return "sobre: " + label + " ".repeat(width - label.length()) + "  " + words;
  }
}
