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
import org.sobre.accounting.factors.HardwareAmount.Source;
import org.sobre.accounting.factors.HardwareUse.GpuTime;
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
   * What an hour takes of a card or machine.
   *
   * @param perHour grams or euros
   * @param uncertainty of it, up and down; absent where the source says none
   */
  public record Share(BigDecimal perHour, Optional<BigDecimal> uncertainty, Source source) {

    private Share over(int count) {
      BigDecimal parts = new BigDecimal(count);
      return new Share(
          perHour.divide(parts, MathContext.DECIMAL128),
          uncertainty.map(whole -> whole.divide(parts, MathContext.DECIMAL128)),
          source);
    }
  }

  /**
   * What an hour of a GPU takes of something, of the card and of its share of the machine.
   *
   * @param gpu absent where nobody says, and where the machine's figure has it
   * @param machine absent where nobody says
   * @param gpuIncluded whether the machine's figure has it
   */
  public record GpuHour(Optional<Share> gpu, Optional<Share> machine, boolean gpuIncluded) {

    /** What is known of the two; absent where nothing is. */
    public Optional<BigDecimal> total() {
      return shares().map(Share::perHour).reduce(BigDecimal::add);
    }

    private Stream<Share> shares() {
      return Stream.of(gpu, machine).flatMap(Optional::stream);
    }

    /** Each half of which nobody says is named. */
    HardwareAmount of(GpuTime time) {
      return new HardwareAmount(
          total().map(time.gpuHours()::multiply),
          shares()
              .flatMap(share -> share.uncertainty().stream())
              .reduce(BigDecimal::add)
              .map(time.gpuHours()::multiply),
          gpu.isPresent() || gpuIncluded ? List.of() : List.of(time.type()),
          machine.isPresent() ? List.of() : List.of(time.host()),
          shares().map(Share::source).distinct().toList());
    }
  }

  public Hardware {
    requireNonNull(life, "life");
    gpus = List.copyOf(gpus);
    requireNonNull(anyGpu, "anyGpu");
    machines = List.copyOf(machines);
  }

  /** Grams of CO2 equivalent that were embodied, for an hour in which a GPU was held. */
  public GpuHour embodied(String type, String host, LocalDate day, GpuCatalog catalog) {
    return hour(
        type,
        host,
        of -> of.embodied().map(embodied -> share(embodied, day)),
        of -> of.embodied().map(embodied -> share(embodied, day)),
        () -> catalogued(type, catalog).map(embodied -> share(embodied, day)));
  }

  private static Share share(Embodied embodied, LocalDate day) {
    BigDecimal grams = embodied.gramsPerHour(day);
    return new Share(
        grams,
        embodied.uncertaintyPercent().map(percent -> grams.multiply(percent).movePointLeft(2)),
        new Source(embodied.kilogramsCo2e(), embodied.uncertaintyPercent()));
  }

  /** Euros of purchase for an hour in which a GPU was held; of the site's own prices alone. */
  public GpuHour purchase(String type, String host, LocalDate day) {
    return hour(
        type,
        host,
        of -> of.purchase().map(purchase -> share(purchase, day)),
        of -> of.purchase().map(purchase -> share(purchase, day)),
        Optional::<Share>empty);
  }

  private static Share share(Purchase purchase, LocalDate day) {
    return new Share(
        purchase.eurosPerHour(day),
        Optional.empty(),
        new Source(purchase.euro(), Optional.empty()));
  }

  private GpuHour hour(
      String type,
      String host,
      Function<GpuHardware, Optional<Share>> ofGpu,
      Function<MachineClass, Optional<Share>> ofMachine,
      Supplier<Optional<Share>> ofCatalog) {
    Optional<MachineClass> machine = machines.stream().filter(one -> one.has(host)).findFirst();
    Optional<Share> whole = machine.flatMap(ofMachine);
    boolean included = whole.isPresent() && machine.orElseThrow().gpusIncluded();
    Optional<Share> gpu =
        included
            ? Optional.empty()
            : ofSite(type, ofGpu).or(ofCatalog).or(() -> anyGpu.flatMap(ofGpu));
    return new GpuHour(
        gpu, whole.map(share -> share.over(machine.orElseThrow().gpuCount())), included);
  }

  private Optional<Share> ofSite(String type, Function<GpuHardware, Optional<Share>> ofGpu) {
    return CardName.find(
            gpus.stream().filter(one -> ofGpu.apply(one).isPresent()).toList(),
            GpuHardware::models,
            type)
        .flatMap(ofGpu);
  }

  /** Several models of one name agree, or nothing is said; of a part, those of its card. */
  private Optional<Embodied> catalogued(String type, GpuCatalog catalog) {
    List<GpuModel> own = catalog.called(type);
    List<GpuModel> models =
        own.isEmpty() ? CardName.ofPart(type).map(catalog::called).orElse(own) : own;
    List<Cited<EmbodiedCarbon>> said =
        models.stream().map(GpuModel::embodied).flatMap(Optional::stream).toList();
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
