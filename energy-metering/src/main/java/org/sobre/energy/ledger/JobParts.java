package org.sobre.energy.ledger;

import static org.sobre.energy.ledger.LineStream.require;
import static org.sobre.energy.ledger.LineStream.requireOnce;
import static org.sobre.energy.ledger.LineStream.required;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.energy.ledger.LineStream.Odd;
import org.sobre.hardware.units.Energy;

/** The objects within a job line, token by token. */
final class JobParts {

  private static final List<String> USE =
      List.of(
          "gpuBusyMs",
          "heldIdleMs",
          "vramPeakMiB",
          "powerPeakMilliwatts",
          "busyPercentMean",
          "busyPercentPeak",
          "vramMeanMiB");

  private final LineStream in;

  JobParts(LineStream in) {
    this.in = in;
  }

  JobLine.Held held() throws IOException, Odd {
    int cpus = -1;
    OptionalLong memory = OptionalLong.empty();
    List<JobLine.HeldGpu> gpus = new ArrayList<>();
    int keys = 0;
    long bits = 0;
    in.beginObject();
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "cpus" -> {
          cpus = in.numberFrom0();
          bits |= 1;
        }
        case "memoryMiB" -> {
          memory = in.optionalNumber();
          bits |= 1 << 1;
        }
        case "gpus" -> {
          in.beginArray();
          while (in.nextObject()) {
            gpus.add(gpu());
          }
          bits |= 1 << 2;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    require(cpus >= 0);
    return new JobLine.Held(cpus, memory, gpus);
  }

  private JobLine.HeldGpu gpu() throws IOException, Odd {
    String device = null;
    String type = null;
    Optional<String> partition = Optional.empty();
    OptionalLong shards = OptionalLong.empty();
    BigDecimal fraction = null;
    OptionalLong memory = OptionalLong.empty();
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "device" -> {
          device = in.requiredText();
          bits |= 1;
        }
        case "type" -> {
          type = in.requiredText();
          bits |= 1 << 1;
        }
        case "partition" -> {
          partition = in.optionalText();
          bits |= 1 << 2;
        }
        case "shards" -> {
          shards = in.optionalNumber();
          bits |= 1 << 3;
        }
        case "fraction" -> {
          fraction = in.fraction();
          bits |= 1 << 4;
        }
        case "memoryTotalMiB" -> {
          memory = in.optionalNumber();
          bits |= 1 << 5;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    return new JobLine.HeldGpu(
        required(device), required(type), partition, shards, required(fraction), memory);
  }

  List<JobLine.PartEnergy> energy() throws IOException, Odd {
    List<JobLine.PartEnergy> energy = new ArrayList<>();
    in.beginArray();
    while (in.nextObject()) {
      energy.add(part());
    }
    return energy;
  }

  private JobLine.PartEnergy part() throws IOException, Odd {
    Part part = null;
    String device = null;
    EnergyByQuality energy = EnergyByQuality.NONE;
    Optional<Energy> idle = Optional.empty();
    long observed = 0;
    Optional<String> missing = Optional.empty();
    Optional<Energy> still = Optional.empty();
    Optional<Energy> cpuTime = Optional.empty();
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "part" -> {
          part = in.part();
          bits |= 1;
        }
        case "device" -> {
          device = in.requiredText();
          bits |= 1 << 1;
        }
        case "microjoules" -> {
          energy = in.energies();
          bits |= 1 << 2;
        }
        case "idleMicrojoules" -> {
          idle = in.energy();
          bits |= 1 << 3;
        }
        case "observedMs" -> {
          observed = in.millis();
          bits |= 1 << 4;
        }
        case "missing" -> {
          missing = in.optionalText();
          bits |= 1 << 5;
        }
        case "staticMicrojoules" -> {
          still = in.energy();
          bits |= 1 << 6;
        }
        case "cpuTimeMicrojoules" -> {
          cpuTime = in.energy();
          bits |= 1 << 7;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    require((bits & 1 << 4) != 0);
    return new JobLine.PartEnergy(
        new MeterId(required(part), required(device)),
        energy,
        idle,
        observed,
        missing,
        EnergyFields.basis(still, cpuTime));
  }

  /** The rest of an object that has begun, as {@link #powerProfile} and {@link #declared} do. */
  JobLine.GpuUse use() throws IOException, Odd {
    OptionalLong[] told = new OptionalLong[USE.size()];
    Arrays.fill(told, OptionalLong.empty());
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      int at = USE.indexOf(key);
      require(at >= 0);
      told[at] = in.optionalNumber();
      keys++;
      bits |= 1L << at;
    }
    requireOnce(keys, bits);
    return new JobLine.GpuUse(told[0], told[1], told[2], told[3], told[4], told[5], told[6]);
  }

  List<JobLine.CounterCheck> counterChecks() throws IOException, Odd {
    List<JobLine.CounterCheck> checks = new ArrayList<>();
    in.beginArray();
    while (in.nextObject()) {
      checks.add(counterCheck());
    }
    return checks;
  }

  private JobLine.CounterCheck counterCheck() throws IOException, Odd {
    String device = null;
    Energy counter = null;
    Energy integrated = null;
    boolean trusted = false;
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "device" -> {
          device = in.requiredText();
          bits |= 1;
        }
        case "counterMicrojoules" -> {
          counter = Energy.ofMicrojoules(in.number());
          bits |= 1 << 1;
        }
        case "integratedMicrojoules" -> {
          integrated = Energy.ofMicrojoules(in.number());
          bits |= 1 << 2;
        }
        case "trusted" -> {
          trusted = in.truth();
          bits |= 1 << 3;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    return new JobLine.CounterCheck(
        required(device), required(counter), required(integrated), trusted);
  }

  PowerProfile powerProfile() throws IOException, Odd {
    List<OptionalLong> milliwatts = List.of();
    long step = 0;
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "stepMs" -> {
          step = in.number();
          bits |= 1;
        }
        case "milliwatts" -> {
          milliwatts = in.optionalNumbers();
          bits |= 1 << 1;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    return JobLineDecoder.powerProfile(step, milliwatts);
  }

  JobLine.Declared declared() throws IOException, Odd {
    int byUid = -1;
    Optional<String> profile = Optional.empty();
    OptionalLong batchSize = OptionalLong.empty();
    Optional<String> unit = Optional.empty();
    OptionalLong items = OptionalLong.empty();
    OptionalLong tokensIn = OptionalLong.empty();
    OptionalLong tokensOut = OptionalLong.empty();
    int keys = 0;
    long bits = 0;
    for (String key = in.key(); key != null; key = in.key()) {
      keys++;
      switch (key) {
        case "byUid" -> {
          byUid = in.numberFrom0();
          bits |= 1;
        }
        case "profile" -> {
          profile = in.optionalText();
          bits |= 1 << 1;
        }
        case "batchSize" -> {
          batchSize = in.optionalNumber();
          bits |= 1 << 2;
        }
        case "unit" -> {
          unit = in.optionalText();
          bits |= 1 << 3;
        }
        case "items" -> {
          items = in.optionalNumber();
          bits |= 1 << 4;
        }
        case "tokensIn" -> {
          tokensIn = in.optionalNumber();
          bits |= 1 << 5;
        }
        case "tokensOut" -> {
          tokensOut = in.optionalNumber();
          bits |= 1 << 6;
        }
        default -> throw new Odd();
      }
    }
    requireOnce(keys, bits);
    require(byUid >= 0);
    return new JobLine.Declared(byUid, profile, batchSize, unit, items, tokensIn, tokensOut);
  }
}
