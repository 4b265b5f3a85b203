package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.sobre.hardware.catalog.Cited;
import org.sobre.hardware.catalog.EmbodiedCarbon;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuModel;
import org.sobre.hardware.config.HostPattern;

/**
 * What the machines cost and what making them emitted, by GPU model and class of machine.
 *
 * @param life of whatever has none of its own
 * @param gpus of the site's own list
 * @param anyGpu of a model that neither the site nor the catalogue knows
 * @param machines the first whose pattern has the host
 */
public record Hardware(
    Optional<Life> life,
    List<GpuHardware> gpus,
    Optional<GpuHardware> anyGpu,
    List<MachineClass> machines) {

  public static final Hardware NONE =
      new Hardware(Optional.empty(), List.of(), Optional.empty(), List.of());

  /**
   * One model of GPU.
   *
   * @param models its names, as a catalogue or as Slurm's type has them
   */
  public record GpuHardware(
      List<String> models, Optional<Purchase> purchase, Optional<Embodied> embodied) {

    public GpuHardware {
      models = List.copyOf(models);
      requireNonNull(purchase, "purchase");
      requireNonNull(embodied, "embodied");
    }

    boolean isCalled(String type) {
      return models.stream().anyMatch(model -> GpuCatalog.isSameName(model, type));
    }
  }

  /**
   * Machines alike: board, memory, disks, chassis, power supply.
   *
   * @param gpuCount that share it, 1 or more
   * @param gpusIncluded whether the machine's figures have those of its GPUs in them: then a GPU's
   *     own are not added
   */
  public record MachineClass(
      List<HostPattern> match,
      int gpuCount,
      boolean gpusIncluded,
      Optional<Purchase> purchase,
      Optional<Embodied> embodied) {

    public MachineClass {
      match = List.copyOf(match);
      requireNonNull(purchase, "purchase");
      requireNonNull(embodied, "embodied");
      if (gpuCount < 1) {
        throw new IllegalArgumentException("gpuCount: expected 1 or more, found " + gpuCount);
      }
    }

    boolean has(String host) {
      return match.stream().anyMatch(pattern -> pattern.matches(host));
    }
  }

  /**
   * What an hour of a GPU takes of something, of the card and of its share of the machine.
   *
   * @param gpu absent where nobody says, and where the machine's figure has it
   * @param machine absent where nobody says
   */
  public record GpuHour(Optional<BigDecimal> gpu, Optional<BigDecimal> machine) {

    /** What is known of the two; absent where nothing is. */
    public Optional<BigDecimal> total() {
      return Stream.of(gpu, machine).flatMap(Optional::stream).reduce(BigDecimal::add);
    }
  }

  public Hardware {
    requireNonNull(life, "life");
    gpus = List.copyOf(gpus);
    requireNonNull(anyGpu, "anyGpu");
    machines = List.copyOf(machines);
  }

  /** What is said of a card and of the machine around it, which so many cards share. */
  private record Said<T>(Optional<T> gpu, Optional<T> machine, int gpuCount) {

    GpuHour hour(Function<T, BigDecimal> perHour) {
      return new GpuHour(
          gpu.map(perHour),
          machine
              .map(perHour)
              .map(whole -> whole.divide(new BigDecimal(gpuCount), MathContext.DECIMAL128)));
    }
  }

  /** Grams of CO2 equivalent that were embodied, for an hour in which a GPU was held. */
  public GpuHour embodiedGrams(String type, String host, LocalDate day, GpuCatalog catalog) {
    return embodied(type, host, catalog).hour(embodied -> embodied.gramsPerHour(day));
  }

  /** Who says what {@link #embodiedGrams} comes from, of the GPU and of the machine. */
  public List<Factor> embodiedFactors(String type, String host, GpuCatalog catalog) {
    Said<Embodied> said = embodied(type, host, catalog);
    return Stream.of(said.gpu(), said.machine())
        .flatMap(Optional::stream)
        .map(Embodied::kilogramsCo2e)
        .toList();
  }

  private Said<Embodied> embodied(String type, String host, GpuCatalog catalog) {
    return said(
        type, host, GpuHardware::embodied, MachineClass::embodied, () -> catalogued(type, catalog));
  }

  /** Euros of purchase for an hour in which a GPU was held; of the site's own prices alone. */
  public GpuHour euros(String type, String host, LocalDate day) {
    return said(
            type, host, GpuHardware::purchase, MachineClass::purchase, Optional::<Purchase>empty)
        .hour(purchase -> purchase.eurosPerHour(day));
  }

  private <T> Said<T> said(
      String type,
      String host,
      Function<GpuHardware, Optional<T>> ofGpu,
      Function<MachineClass, Optional<T>> ofMachine,
      Supplier<Optional<T>> ofCatalog) {
    Optional<MachineClass> machine = machines.stream().filter(one -> one.has(host)).findFirst();
    Optional<T> whole = machine.flatMap(ofMachine);
    boolean included = whole.isPresent() && machine.orElseThrow().gpusIncluded();
    Optional<T> gpu =
        included
            ? Optional.empty()
            : gpus.stream()
                .filter(one -> one.isCalled(type))
                .flatMap(one -> ofGpu.apply(one).stream())
                .findFirst()
                .or(ofCatalog)
                .or(() -> anyGpu.flatMap(ofGpu));
    return new Said<>(gpu, whole, machine.map(MachineClass::gpuCount).orElse(1));
  }

  /** Several models of one name agree, or nothing is said. */
  private Optional<Embodied> catalogued(String type, GpuCatalog catalog) {
    List<Cited<EmbodiedCarbon>> said =
        catalog.called(type).stream().map(GpuModel::embodied).flatMap(Optional::stream).toList();
    return life.isPresent()
            && said.stream().map(one -> one.value().kilogramsCo2e()).distinct().count() == 1
        ? Optional.of(embodied(said.get(0), life.get()))
        : Optional.empty();
  }

  private static Embodied embodied(Cited<EmbodiedCarbon> said, Life life) {
    return new Embodied(
        new Factor(
            said.value().kilogramsCo2e(), String.join(", ", said.sources()), life.years().date()),
        said.value().uncertaintyPercent(),
        life);
  }
}
