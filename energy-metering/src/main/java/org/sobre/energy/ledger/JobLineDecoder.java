package org.sobre.energy.ledger;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/** The body of a job line. */
final class JobLineDecoder {

  private JobLineDecoder() {}

  static JobLine decode(JsonObject json) throws JsonShapeException {
    JsonObject held = json.requiredObject("held");
    List<JobLine.PartEnergy> energy = new ArrayList<>();
    for (JsonObject part : json.objects("energy")) {
      energy.add(part(part));
    }
    Optional<JsonObject> use = json.object("use");
    List<JobLine.CounterCheck> checks = new ArrayList<>();
    for (JsonObject check : json.objects("counterCheck")) {
      checks.add(counterCheck(check));
    }
    Optional<JsonObject> profile = json.object("powerProfile");
    Optional<JsonObject> declared = json.object("declared");
    Optional<JsonObject> balances = json.object("balances");
    return new JobLine(
        LineDecoder.header(json),
        json.bool("recovered").orElse(false),
        facts(json.requiredObject("job"), held),
        LineDecoder.instant(json, "begin"),
        LineDecoder.instant(json, "end"),
        beginFrom(LineDecoder.openWord(json, "beginFrom")),
        endFrom(LineDecoder.openWord(json, "endFrom")),
        waitStatus(json),
        LineDecoder.millis(json, "elapsedMs"),
        held(held),
        energy,
        use.isPresent() ? Optional.of(use(use.get())) : Optional.empty(),
        checks,
        profile.isPresent() ? Optional.of(powerProfile(profile.get())) : Optional.empty(),
        declared.isPresent() ? Optional.of(declared(declared.get())) : Optional.empty(),
        balances.isPresent() ? balances.get().integer("firstSeq") : OptionalLong.empty(),
        balances.isPresent() ? balances.get().integer("lastSeq") : OptionalLong.empty());
  }

  private static JobFacts facts(JsonObject job, JsonObject held) throws JsonShapeException {
    return new JobFacts(
        new JobKey(
            job.requiredInteger("id"),
            LineDecoder.intWithin("restart", job.requiredInteger("restart"), 0)),
        job.requiredString("user"),
        LineDecoder.uid(job, "uid"),
        job.string("account"),
        job.string("partition"),
        List.of(),
        LineDecoder.intWithin("cpus", held.requiredInteger("cpus"), 0),
        job.string("sluid"));
  }

  private static JobLine.Held held(JsonObject json) throws JsonShapeException {
    List<JobLine.HeldGpu> gpus = new ArrayList<>();
    for (JsonObject gpu : json.objects("gpus")) {
      gpus.add(
          new JobLine.HeldGpu(
              gpu.requiredString("device"),
              gpu.requiredString("type"),
              gpu.string("partition"),
              gpu.integer("shards"),
              LineDecoder.fraction(gpu)
                  .orElseThrow(
                      () -> new JsonShapeException("fraction: this key is required and missing")),
              gpu.integer("memoryTotalMiB")));
    }
    return new JobLine.Held(
        LineDecoder.intWithin("cpus", json.requiredInteger("cpus"), 0),
        json.integer("memoryMiB"),
        gpus);
  }

  private static JobLine.PartEnergy part(JsonObject json) throws JsonShapeException {
    return new JobLine.PartEnergy(
        LineDecoder.meterId(json),
        EnergyFields.energy(json, "microjoules"),
        EnergyFields.idle(json),
        LineDecoder.millis(json, "observedMs"),
        json.string("missing"),
        EnergyFields.basis(json));
  }

  private static JobLine.GpuUse use(JsonObject json) throws JsonShapeException {
    return new JobLine.GpuUse(
        json.integer("gpuBusyMs"),
        json.integer("heldIdleMs"),
        json.integer("vramPeakMiB"),
        json.integer("powerPeakMilliwatts"),
        json.integer("busyPercentMean"),
        json.integer("busyPercentPeak"),
        json.integer("vramMeanMiB"));
  }

  private static PowerProfile powerProfile(JsonObject json) throws JsonShapeException {
    return powerProfile(json.requiredInteger("stepMs"), json.integersOrNull("milliwatts"));
  }

  static PowerProfile powerProfile(long stepMillis, List<OptionalLong> powers) {
    long[] milliwatts = new long[powers.size()];
    long seen = 0;
    for (int i = 0; i < milliwatts.length; i++) {
      milliwatts[i] = powers.get(i).orElse(0);
      seen |= powers.get(i).isPresent() ? 1L << i : 0;
    }
    return new PowerProfile(stepMillis, milliwatts, seen);
  }

  private static JobLine.CounterCheck counterCheck(JsonObject json) throws JsonShapeException {
    return new JobLine.CounterCheck(
        json.requiredString("device"),
        Energy.ofMicrojoules(json.requiredInteger("counterMicrojoules")),
        Energy.ofMicrojoules(json.requiredInteger("integratedMicrojoules")),
        json.bool("trusted").orElse(false));
  }

  private static JobLine.Declared declared(JsonObject json) throws JsonShapeException {
    return new JobLine.Declared(
        LineDecoder.uid(json, "byUid"),
        json.string("profile"),
        json.integer("batchSize"),
        json.string("unit"),
        json.integer("items"),
        json.integer("tokensIn"),
        json.integer("tokensOut"));
  }

  static JobLine.BeginFrom beginFrom(String word) {
    return Arrays.stream(JobLine.BeginFrom.values())
        .filter(from -> from.jsonName().equals(word))
        .findFirst()
        .orElse(JobLine.BeginFrom.OTHER);
  }

  static JobLine.EndFrom endFrom(String word) {
    return Arrays.stream(JobLine.EndFrom.values())
        .filter(from -> from.jsonName().equals(word))
        .findFirst()
        .orElse(JobLine.EndFrom.OTHER);
  }

  private static OptionalInt waitStatus(JsonObject json) throws JsonShapeException {
    OptionalLong status = json.integer("waitStatus");
    return status.isPresent()
        ? OptionalInt.of(LineDecoder.intWithin("waitStatus", status.getAsLong(), 0))
        : OptionalInt.empty();
  }
}
