package org.sobre.daemon.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading.Reason;

class MetricsPageTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/metrics.prom");
  private static final PageLabels LABELS = new PageLabels("0.1.0", "cbp", false);

  /** A card that changed from its counter to its power, one that sleeps, and a package. */
  static final NodeFigures NODE =
      new NodeFigures(
          "n042",
          0,
          List.of(
              new MeterFigures(
                  new MeterId(Part.GPU, "GPU-5c1f"),
                  "nvml-power",
                  Optional.empty(),
                  Map.of(Quality.COUNTER, 790_999_999L, Quality.SAMPLED, 22_000_000L),
                  3_599_250_000_000L,
                  Map.of(Reason.TIMED_OUT, 750_000_000L),
                  OptionalLong.of(431_499)),
              new MeterFigures(
                  new MeterId(Part.GPU, "GPU-0002"),
                  "nvml-energy",
                  Optional.of(Reason.SUSPENDED),
                  Map.of(),
                  0,
                  Map.of(Reason.SUSPENDED, 3_600_000_000_000L),
                  OptionalLong.empty()),
              new MeterFigures(
                  new MeterId(Part.CPU_PACKAGE, "0"),
                  "powercap",
                  Optional.empty(),
                  Map.of(Quality.COUNTER, 123_456_789_000_000L),
                  3_600_000_000_000L,
                  Map.of(),
                  OptionalLong.of(95_500))),
          List.of(
              new GpuFigures(
                  "GPU-5c1f",
                  GpuVendor.NVIDIA,
                  "NVIDIA \"RTX\\4090\"",
                  PciAddress.parse("0000:41:00.0").orElseThrow(),
                  OptionalInt.of(7),
                  OptionalLong.of(21_870),
                  OptionalLong.of(24_564),
                  Map.of("lab1", 0.75, "", 0.125)),
              new GpuFigures(
                  "GPU-0002",
                  GpuVendor.NVIDIA,
                  "NVIDIA L4",
                  PciAddress.parse("0000:42:00.0").orElseThrow(),
                  OptionalInt.empty(),
                  OptionalLong.empty(),
                  OptionalLong.of(23_034),
                  Map.of())),
          2,
          new LedgerFigures(118, 3, 61_250_000_000L),
          3_601,
          false);

  private static final Optional<ProcessFigures> PROCESS =
      Optional.of(new ProcessFigures(12.34, OptionalLong.of(54_525_952)));

  @Test
  void isAsItsReadersKnowIt() throws IOException {
    String page = MetricsPage.of(NODE, PROCESS, 1_763_654_400, LABELS);
    if (Boolean.getBoolean("golden.update")) {
      Files.createDirectories(GOLDEN.getParent());
      Files.writeString(GOLDEN, page);
    }
    assertThat(page).isEqualTo(Files.readString(GOLDEN));
  }

  @Test
  void energyAndPowerAreWholeJoulesAndWatts() {
    String page = MetricsPage.of(NODE, PROCESS, 0, LABELS);
    assertThat(page)
        .contains(
            "sobre_meter_joules_total{part=\"gpu\",device=\"GPU-5c1f\",quality=\"counter\"} 790\n")
        .contains("sobre_meter_watts{part=\"gpu\",device=\"GPU-5c1f\"} 431\n");
    assertThat(samples(page, "sobre_meter_(joules_total|watts)"))
        .isNotEmpty()
        .allMatch(line -> line.matches(".* [0-9]+"));
  }

  @Test
  void whatIsNotKnownHasNoSample() {
    String page = MetricsPage.of(NODE, Optional.empty(), 0, LABELS);
    assertThat(samples(page, "sobre_meter_watts")).noneMatch(line -> line.contains("GPU-0002"));
    assertThat(samples(page, "sobre_gpu_busy_ratio")).hasSize(1);
    assertThat(samples(page, "sobre_gpu_memory_used_bytes")).hasSize(1);
    assertThat(samples(page, "process_(cpu|resident).*")).isEmpty();
    assertThat(page).contains("sobre_meter_up{part=\"gpu\",device=\"GPU-0002\"} 0\n");
  }

  @Test
  void accountsAreToldWhereThatIsAskedForAndNowhereElse() {
    assertThat(MetricsPage.of(NODE, PROCESS, 0, LABELS)).doesNotContain("lab1", "account");
    String told = MetricsPage.of(NODE, PROCESS, 0, new PageLabels("0.1.0", "cbp", true));
    assertThat(samples(told, "sobre_gpu_account_held_ratio"))
        .containsExactly(
            "sobre_gpu_account_held_ratio{device=\"GPU-5c1f\",account=\"\"} 0.125",
            "sobre_gpu_account_held_ratio{device=\"GPU-5c1f\",account=\"lab1\"} 0.75");
  }

  @Test
  void everyMetricHasItsHelpAndItsTypeOnceAndBefore() {
    List<String> lines = MetricsPage.of(NODE, PROCESS, 0, LABELS).lines().toList();
    List<String> families =
        lines.stream()
            .filter(line -> line.startsWith("# TYPE "))
            .map(line -> line.split(" ", -1)[2])
            .toList();
    assertThat(families).doesNotHaveDuplicates();
    String family = "";
    for (String line : lines) {
      family = line.startsWith("# TYPE ") ? line.split(" ", -1)[2] : family;
      if (!line.startsWith("#")) {
        assertThat(line.split("[{ ]", 2)[0]).isEqualTo(family);
      }
    }
    assertThat(lines.stream().filter(line -> line.startsWith("# HELP "))).hasSize(families.size());
  }

  private static Stream<String> lines(String page) {
    return page.lines().filter(line -> !line.startsWith("#"));
  }

  private static List<String> samples(String page, String name) {
    Pattern sample = Pattern.compile(name + "[{ ].*");
    return lines(page).filter(line -> sample.matcher(line).matches()).toList();
  }
}
