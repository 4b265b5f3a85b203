package org.sobre.accounting.factors;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.factors.Hardware.GpuHardware;
import org.sobre.accounting.factors.Hardware.MachineClass;
import org.sobre.hardware.config.HostPattern;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/** Reads {@code hardware} of factors.yaml. */
final class HardwareReader {

  private static final Messages MESSAGES = Messages.of(HardwareReader.class);

  private static final String HARDWARE = "hardware";
  private static final BigDecimal MIN = new BigDecimal("0.01");
  private static final BigDecimal MAX_EURO = new BigDecimal(100_000_000);
  private static final BigDecimal MAX_KILOGRAMS = new BigDecimal(1_000_000);
  private static final BigDecimal MAX_YEARS = new BigDecimal(50);
  private static final BigDecimal MAX_PERCENT = new BigDecimal(1000);
  private static final long FIRST_YEAR = 1990;
  private static final long LAST_YEAR = 2200;
  private static final long MAX_GPUS = 1024;

  private final YamlSection top;

  HardwareReader(YamlSection top) {
    this.top = top;
  }

  Hardware read() {
    if (!top.has(HARDWARE)) {
      return Hardware.NONE;
    }
    YamlSection section = top.section(HARDWARE);
    Optional<Life> life = life(section);
    List<GpuHardware> gpus = new ArrayList<>();
    for (YamlSection item : section.sections("gpus")) {
      item.require("model");
      gpus.add(gpu(item, item.strings("model"), life));
      item.refuseUnknownKeys();
    }
    Optional<GpuHardware> anyGpu = Optional.empty();
    if (section.has("anyGpu")) {
      YamlSection any = section.section("anyGpu");
      anyGpu = Optional.of(gpu(any, List.of(), life));
      any.refuseUnknownKeys();
    }
    List<MachineClass> machines = new ArrayList<>();
    section.sections("machines").forEach(item -> machine(item, life).ifPresent(machines::add));
    section.refuseUnknownKeys();
    return new Hardware(life, gpus, anyGpu, machines);
  }

  private static GpuHardware gpu(YamlSection item, List<String> models, Optional<Life> otherwise) {
    Optional<Life> life = life(item).or(() -> otherwise);
    return new GpuHardware(models, purchase(item, life), embodied(item, life));
  }

  private static Optional<MachineClass> machine(YamlSection item, Optional<Life> otherwise) {
    item.require("match");
    List<HostPattern> patterns = new ArrayList<>();
    for (String text : item.strings("match")) {
      Optional<String> flaw = HostPattern.flaw(text);
      flaw.ifPresent(message -> item.problem("match", message));
      if (flaw.isEmpty()) {
        patterns.add(HostPattern.parse(text));
      }
    }
    Optional<Life> life = life(item).or(() -> otherwise);
    item.require("gpuCount");
    OptionalLong gpus = item.integer("gpuCount", 1, MAX_GPUS);
    boolean included = item.bool("gpusIncluded").orElse(false);
    Optional<Purchase> purchase = purchase(item, life);
    Optional<Embodied> embodied = embodied(item, life);
    item.refuseUnknownKeys();
    return gpus.isPresent()
        ? Optional.of(
            new MachineClass(patterns, (int) gpus.getAsLong(), included, purchase, embodied))
        : Optional.empty();
  }

  private static Optional<Life> life(YamlSection item) {
    Optional<Factor> years = number(item, "lifeYears", MAX_YEARS);
    Optional<Factor> extended = number(item, "extendedLifeYears", MAX_YEARS);
    OptionalLong purchased = item.integer("purchased", FIRST_YEAR, LAST_YEAR);
    if (years.isEmpty()) {
      for (String key : List.of("extendedLifeYears", "purchased")) {
        if (item.has(key) && !item.has("lifeYears")) {
          item.problem(key, MESSAGES.text("life.needed", key));
        }
      }
      return Optional.empty();
    }
    if (extended.isPresent() && extended.get().value().compareTo(years.get().value()) < 0) {
      item.problem(
          "extendedLifeYears",
          MESSAGES.text("life.shorter", years.get().value(), extended.get().value()));
      return Optional.empty();
    }
    Optional<Integer> year =
        purchased.isPresent() ? Optional.of((int) purchased.getAsLong()) : Optional.empty();
    return Optional.of(new Life(years.get(), extended, year));
  }

  private static Optional<Purchase> purchase(YamlSection item, Optional<Life> life) {
    return needsLife(item, "priceEuro", number(item, "priceEuro", MAX_EURO), life)
        .map(price -> new Purchase(price, life.orElseThrow()));
  }

  private static Optional<Embodied> embodied(YamlSection item, Optional<Life> life) {
    String key = "embodiedKgCo2e";
    if (!item.has(key)) {
      return Optional.empty();
    }
    YamlSection section = item.section(key);
    Optional<BigDecimal> uncertainty =
        section.value("uncertaintyPercent", CitedNumber.number(BigDecimal.ZERO, MAX_PERCENT));
    Optional<Factor> kilograms =
        item.hasMapping(key) ? CitedNumber.read(section, MIN, MAX_KILOGRAMS) : Optional.empty();
    section.refuseUnknownKeys();
    return needsLife(item, key, kilograms, life)
        .map(found -> new Embodied(found, uncertainty, life.orElseThrow()));
  }

  /** Nothing can be spread over a life of which nobody knows how long it is. */
  private static Optional<Factor> needsLife(
      YamlSection item, String key, Optional<Factor> factor, Optional<Life> life) {
    if (factor.isPresent() && life.isEmpty()) {
      item.problem(key, MESSAGES.text("life.needed", key));
    }
    return factor.filter(any -> life.isPresent());
  }

  private static Optional<Factor> number(YamlSection item, String key, BigDecimal max) {
    if (!item.has(key)) {
      return Optional.empty();
    }
    YamlSection section = item.section(key);
    Optional<Factor> factor =
        item.hasMapping(key) ? CitedNumber.read(section, MIN, max) : Optional.empty();
    section.refuseUnknownKeys();
    return factor;
  }
}
