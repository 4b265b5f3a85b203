package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuModel;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuPartition;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.Version;
import org.sobre.slurm.cards.CardClass;

/** From what somebody, Slurm, the catalogue or a scan says of cards to what models are tried on. */
final class FitCards {

  private static final Messages MESSAGES = Messages.of(FitCards.class);

  /** What has N GB has this much of each: {@link MemorySize#hasGigabytes}. */
  private static final long LEAST_BYTES_PER_GIGABYTE = 990_000_000L;

  /** Words that people leave out. */
  private static final Pattern BRAND =
      Pattern.compile("^(?:NVIDIA |AMD )?(?:GeForce |Tesla |Quadro |Radeon |Instinct )?");

  private FitCards() {}

  /**
   * @param err is told of classes of which nobody knows the memory: they are left out
   */
  static List<FitCard> ofCluster(List<CardClass> classes, PrintWriter err) {
    List<FitCard> cards = new ArrayList<>();
    for (CardClass one : classes) {
      Optional<FitCard> card = ofCluster(one);
      card.ifPresent(cards::add);
      if (card.isEmpty()) {
        err.println("sobre: " + MESSAGES.text("fit.memoryUnknown", name(one)));
      }
    }
    err.flush();
    return cards;
  }

  private static String name(CardClass one) {
    return one.type().isEmpty() ? MESSAGES.text("fit.untyped") : one.type();
  }

  private static Optional<FitCard> ofCluster(CardClass one) {
    String name = name(one);
    Optional<Version> capability = one.computeCapability().flatMap(Version::parse);
    return one.memory()
        .match(
            total ->
                Optional.of(
                    card(
                        name,
                        Device.empty(name, one.vendor(), total.total(), capability),
                        OptionalDouble.empty(),
                        one)),
            size ->
                Optional.of(
                    card(
                        name,
                        Device.ofSize(
                            name,
                            one.vendor(),
                            new MemorySize(size.gigabytes() * LEAST_BYTES_PER_GIGABYTE),
                            capability),
                        OptionalDouble.of(size.gigabytes()),
                        one)),
            unknown -> Optional.empty());
  }

  private static FitCard card(
      String name, Device device, OptionalDouble gigabytes, CardClass ofCluster) {
    return new FitCard(
        Optional.of(name), device, gigabytes, Optional.of(ofCluster), FitCard.Place.ELSEWHERE);
  }

  /**
   * Models of the catalogue by what somebody calls them: of that very name, else all whose names
   * have these words. Those of which nobody says the memory are left out.
   */
  static List<FitCard> called(String name, GpuCatalog catalog) {
    List<GpuModel> exact = catalog.called(name);
    return (exact.isEmpty() ? catalog.like(name) : exact)
        .stream().flatMap(model -> ofModel(model).stream()).distinct().toList();
  }

  private static Optional<FitCard> ofModel(GpuModel model) {
    return model
        .reportedMemory()
        .map(
            total ->
                new FitCard(
                    Optional.of(model.name()),
                    Device.empty(
                        model.name(),
                        Optional.of(model.vendor()),
                        total,
                        model.computeCapability().flatMap(Version::parse)),
                    OptionalDouble.empty(),
                    Optional.empty(),
                    FitCard.Place.ELSEWHERE));
  }

  /** Those of Slurm's classes that somebody named: by the type, or by a part of it. */
  static List<CardClass> named(List<CardClass> classes, List<String> names) {
    return classes.stream()
        .filter(one -> names.stream().anyMatch(name -> isNamed(one.type(), name)))
        .toList();
  }

  private static boolean isNamed(String type, String name) {
    return words(type).containsAll(words(name));
  }

  private static List<String> words(String text) {
    return Stream.of(text.toLowerCase(Locale.ROOT).split("[^a-z0-9.]+"))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  /** Nobody knows it. */
  static Failure unknown(String name, GpuCatalog catalog) {
    List<String> names =
        catalog.models().stream()
            .flatMap(model -> Stream.of(model.name(), BRAND.matcher(model.name()).replaceFirst("")))
            .toList();
    return new Failure(
        ExitCode.USAGE, MESSAGES.text("fit.gpu", name, Suggestion.clause(name, names)));
  }

  /** Every card, or partition of one, that a command could use here, with what is free of it. */
  static List<FitCard> ofMachine(List<Gpu> gpus) throws IOException {
    return gpus.stream()
        .filter(gpu -> gpu.state() == GpuState.OK && !gpu.ambiguous())
        .flatMap(
            gpu ->
                gpu.partitioned()
                    ? gpu.partitions().stream().flatMap(part -> ofPartition(gpu, part).stream())
                    : ofGpu(gpu).stream())
        .toList();
  }

  private static Optional<FitCard> ofGpu(Gpu gpu) {
    return device(gpu, gpu.model(), gpu.memoryTotal(), gpu.memoryFree())
        .map(device -> here(gpu.index() + " " + gpu.model(), device));
  }

  private static Optional<FitCard> ofPartition(Gpu gpu, GpuPartition part) {
    String model = gpu.model() + part.profile().map(profile -> " " + profile).orElse("");
    return device(gpu, model, part.memoryTotal(), part.memoryFree())
        .map(device -> here(gpu.index() + " " + model, device));
  }

  private static FitCard here(String name, Device device) {
    return new FitCard(
        Optional.of(name), device, OptionalDouble.empty(), Optional.empty(), FitCard.Place.HERE);
  }

  private static Optional<Device> device(
      Gpu gpu, String model, Reading<MemorySize> total, Reading<MemorySize> free) {
    return total
        .measured()
        .map(
            size ->
                new Device(
                    gpu.uuid().orElse(model),
                    model,
                    requireNonNull(gpu.vendor()),
                    free.measured().filter(now -> now.compareTo(size) <= 0).orElse(size),
                    size,
                    gpu.computeCapability().flatMap(Version::parse),
                    gpu.driver().flatMap(Version::parse)));
  }
}
