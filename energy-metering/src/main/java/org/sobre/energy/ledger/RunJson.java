package org.sobre.energy.ledger;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;

/**
 * What a run held, drew and did, under the same keys wherever a run is told: in its line of the
 * ledger, by the daemon's socket, by {@code sobre job}. What is not known is an absent key.
 */
public final class RunJson {

  /** How fine the figures are; their unit is in the key. */
  public enum Figures {
    /** Microjoules, milliseconds, milliwatts, as in the ledger. */
    EXACT("microjoules", "idleMicrojoules", "observedMs", "powerPeakMilliwatts", "milliwatts"),
    /** Joules, seconds, watts: of a run that goes on finer ones tell what a neighbour computes. */
    WHOLE("joules", "idleJoules", "observedSeconds", "powerPeakWatts", "watts");

    private final String energy;
    private final String idle;
    private final String observed;
    private final String peak;
    private final String powers;

    Figures(String energy, String idle, String observed, String peak, String powers) {
      this.energy = energy;
      this.idle = idle;
      this.observed = observed;
      this.peak = peak;
      this.powers = powers;
    }

    private long ofMicrojoules(long microjoules) {
      return this == WHOLE ? microjoules / MICROJOULES_PER_JOULE : microjoules;
    }

    private long ofMillis(long millis) {
      return this == WHOLE ? millis / MILLIS_PER_SECOND : millis;
    }

    private long ofMilliwatts(long milliwatts) {
      return this == WHOLE
          ? (milliwatts + MILLIWATTS_PER_WATT / 2) / MILLIWATTS_PER_WATT
          : milliwatts;
    }
  }

  private static final long MICROJOULES_PER_JOULE = 1_000_000;
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final long MILLIWATTS_PER_WATT = 1_000;

  private final JsonGenerator json;
  private final Figures figures;

  /**
   * @param json in an object, stays open
   */
  public RunJson(JsonGenerator json, Figures figures) {
    this.json = requireNonNull(json, "json");
    this.figures = requireNonNull(figures, "figures");
  }

  /** {@code gpus}: what it held of each. */
  public void gpus(List<HeldGpu> gpus) throws IOException {
    json.writeArrayFieldStart("gpus");
    for (HeldGpu gpu : gpus) {
      json.writeStartObject();
      json.writeStringField("device", gpu.device());
      json.writeStringField("type", gpu.type());
      text("partition", gpu.partition());
      json.writeNumberField("fraction", gpu.fraction());
      number("memoryTotalMiB", gpu.memoryTotalMebibytes());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /**
   * Its energy by meter and quality.
   *
   * @param key of the array
   */
  public void parts(String key, List<PartEnergy> parts) throws IOException {
    json.writeArrayFieldStart(key);
    for (PartEnergy part : parts) {
      json.writeStartObject();
      json.writeStringField("part", part.meter().part().jsonName());
      json.writeStringField("device", part.meter().device());
      json.writeObjectFieldStart(figures.energy);
      for (Quality quality : part.energy().amounts().keySet()) {
        json.writeNumberField(
            quality.jsonName(), figures.ofMicrojoules(part.energy().of(quality).microjoules()));
      }
      json.writeEndObject();
      if (part.idle().isPresent()) {
        json.writeNumberField(figures.idle, figures.ofMicrojoules(part.idle().get().microjoules()));
      }
      json.writeNumberField(figures.observed, figures.ofMillis(part.observedMillis()));
      text("missing", part.missing());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** {@code use}: how it used its GPUs; no key where that is not known. */
  public void use(Optional<GpuUse> known) throws IOException {
    if (known.isPresent()) {
      GpuUse use = known.get();
      json.writeObjectFieldStart("use");
      number("gpuBusyMs", use.busyMillis());
      number("heldIdleMs", use.heldIdleMillis());
      number("vramPeakMiB", use.vramPeakMebibytes());
      if (use.powerPeakMilliwatts().isPresent()) {
        long peak = use.powerPeakMilliwatts().getAsLong();
        json.writeNumberField(figures.peak, figures.ofMilliwatts(peak));
      }
      number("busyPercentMean", use.busyPercentMean());
      number("busyPercentPeak", use.busyPercentPeak());
      number("vramMeanMiB", use.vramMeanMebibytes());
      json.writeEndObject();
    }
  }

  /** {@code powerProfile}: null for a step in which nothing was seen; no key without a profile. */
  public void powerProfile(Optional<PowerProfile> known) throws IOException {
    if (known.isPresent()) {
      PowerProfile profile = known.get();
      json.writeObjectFieldStart("powerProfile");
      json.writeNumberField("stepMs", profile.stepMillis());
      json.writeArrayFieldStart(figures.powers);
      for (int i = 0; i < profile.steps(); i++) {
        OptionalLong power = profile.at(i);
        if (power.isPresent()) {
          json.writeNumber(figures.ofMilliwatts(power.getAsLong()));
        } else {
          json.writeNull();
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  /** No key where there is none. */
  public void text(String key, Optional<String> value) throws IOException {
    if (value.isPresent()) {
      json.writeStringField(key, value.get());
    }
  }

  private void number(String key, OptionalLong value) throws IOException {
    if (value.isPresent()) {
      json.writeNumberField(key, value.getAsLong());
    }
  }
}
