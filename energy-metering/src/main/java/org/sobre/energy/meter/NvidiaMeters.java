package org.sobre.energy.meter;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.sobre.hardware.gpu.nvidia.nvml.JnaNvml;
import org.sobre.hardware.gpu.nvidia.nvml.NvmlLibrary;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/**
 * Makes the meter of a node's NVIDIA cards, as {@link MetersConfig#nvidia()} says, and remembers
 * for the next one whose energy counter was found wrong.
 */
public final class NvidiaMeters {

  private final Supplier<Reading<NvmlLibrary>> opener;
  private final String nvidiaSmi;
  private final UptimeClock clock;
  private final MetersConfig config;
  private final Map<String, CounterTrust> trusts = new HashMap<>();

  /**
   * @param nvidiaSmi the program, or where it is
   * @param distrusted UUIDs of cards whose counter an earlier daemon of this boot did not use
   */
  public NvidiaMeters(
      String nvidiaSmi, UptimeClock clock, MetersConfig config, Set<String> distrusted) {
    this(JnaNvml::open, nvidiaSmi, clock, config, distrusted);
  }

  NvidiaMeters(
      Supplier<Reading<NvmlLibrary>> opener,
      String nvidiaSmi,
      UptimeClock clock,
      MetersConfig config,
      Set<String> distrusted) {
    this.opener = opener;
    this.nvidiaSmi = nvidiaSmi;
    this.clock = clock;
    this.config = config;
    distrusted.forEach(uuid -> trusts.put(uuid, trust(Optional.of("it was not used before"))));
  }

  private CounterTrust trust(Optional<String> distrusted) {
    return new CounterTrust(config.counterTolerance(), distrusted);
  }

  /**
   * @param cards by UUID
   * @param powers what they can draw
   */
  public Meter start(
      Map<String, PciAddress> cards, SleepingCards sleeping, PlausiblePowers powers) {
    return switch (config.nvidia()) {
      case NVML -> new NvidiaMeter(() -> library(cards, sleeping, powers), Optional.empty(), clock);
      case NVIDIA_SMI -> tool(sleeping, powers);
      case AUTO ->
          new NvidiaMeter(
              () -> library(cards, sleeping, powers),
              Optional.of(() -> tool(sleeping, powers)),
              clock);
    };
  }

  private NvmlMeter library(
      Map<String, PciAddress> cards, SleepingCards sleeping, PlausiblePowers powers) {
    Map<String, CounterTrust> ofCards = new HashMap<>();
    cards
        .keySet()
        .forEach(
            uuid ->
                ofCards.put(uuid, trusts.computeIfAbsent(uuid, any -> trust(Optional.empty()))));
    return new NvmlMeter(
        opener,
        cards,
        sleeping,
        clock,
        config.longestInterval(),
        powers,
        ofCards,
        NvmlMeter.newThread());
  }

  private NvidiaPowerMeter tool(SleepingCards sleeping, PlausiblePowers powers) {
    return NvidiaPowerMeter.start(
        new CommonsExecToolRunner(), nvidiaSmi, clock, config, sleeping, powers);
  }
}
