package org.sobre.cli.job;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.accounting.store.RunDetails;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.Energy;
import org.sobre.jobs.station.DaemonSocket;
import org.sobre.slurm.job.JobKey;

/**
 * The runs of a job that go on here or have ended lately, as the daemons of this machine tell: to
 * those who may ask.
 */
public final class RunningRuns {

  private static final Duration DEADLINE = Duration.ofSeconds(2);
  private static final long MICROJOULES_PER_JOULE = 1_000_000;
  private static final long MILLIS_PER_SECOND = 1_000;
  private static final long MILLIWATTS_PER_WATT = 1_000;

  /**
   * What they told.
   *
   * @param answered whether any daemon did: else what goes on here is not known
   * @param hasJustBegun whether a run began so lately that nothing is known of it yet
   */
  public record Told(List<RunDetails> runs, boolean answered, boolean hasJustBegun) {
    static final Told NOTHING = new Told(List.of(), false, false);

    public Told {
      runs = List.copyOf(runs);
    }

    private Told and(Told other) {
      List<RunDetails> all = new ArrayList<>(runs);
      all.addAll(other.runs);
      return new Told(all, answered || other.answered, hasJustBegun || other.hasJustBegun);
    }
  }

  private RunningRuns() {}

  /**
   * @param sockets of daemons; one that does not answer, or is of a version that does not know the
   *     question, knows no run
   */
  public static Told of(long job, List<Path> sockets) {
    Told told = Told.NOTHING;
    for (Path socket : sockets) {
      told = told.and(of(job, socket));
    }
    return told;
  }

  private static Told of(long job, Path socket) {
    try {
      return of(new DaemonSocket(socket, DEADLINE).ask(question(job)));
    } catch (IOException | JsonShapeException e) {
      // what the ledger has is told all the same
      return Told.NOTHING;
    }
  }

  private static Map<String, Object> question(long job) {
    Map<String, Object> question = new LinkedHashMap<>();
    question.put("v", 1);
    question.put("ask", "job");
    question.put("id", job);
    return question;
  }

  /**
   * @throws JsonShapeException if it is no answer to that question
   */
  static Told of(JsonObject answer) throws JsonShapeException {
    String node = answer.requiredString("node");
    List<RunDetails> runs = new ArrayList<>();
    try {
      for (JsonObject run : answer.objects("runs")) {
        runs.add(run(node, run));
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new JsonShapeException("runs: " + e.getMessage());
    }
    return new Told(runs, true, answer.bool("hasJustBegun").orElse(false));
  }

  private static RunDetails run(String node, JsonObject run) throws JsonShapeException {
    List<HeldGpu> gpus = new ArrayList<>();
    for (JsonObject gpu : run.objects("gpus")) {
      gpus.add(
          new HeldGpu(
              gpu.requiredString("device"),
              gpu.requiredString("type"),
              gpu.string("partition"),
              OptionalLong.empty(),
              BigDecimal.valueOf(gpu.number("fraction").orElse(1)),
              gpu.integer("memoryTotalMiB")));
    }
    List<PartEnergy> parts = new ArrayList<>();
    for (JsonObject part : run.objects("parts")) {
      parts.add(part(part));
    }
    Optional<JsonObject> use = run.object("use");
    Optional<JsonObject> power = run.object("powerProfile");
    return new RunDetails(
        Optional.empty(),
        node,
        JobKey.parse(run.requiredString("job"))
            .orElseThrow(() -> new JsonShapeException("job: expected an id as 12345.0")),
        run.string("user"),
        run.requiredInteger("uid"),
        run.string("account"),
        run.string("partition"),
        Instant.parse(run.requiredString("begin")),
        run.string("end").map(Instant::parse),
        run.requiredInteger("elapsedSeconds") * MILLIS_PER_SECOND,
        gpus,
        parts,
        use.isPresent() ? Optional.of(use(use.get())) : Optional.empty(),
        power.isPresent() ? Optional.of(power(power.get())) : Optional.empty());
  }

  private static PartEnergy part(JsonObject part) throws JsonShapeException {
    JsonObject joules = part.requiredObject("joules");
    EnergyByQuality energy = EnergyByQuality.NONE;
    for (Quality quality : Quality.values()) {
      long whole = joules.integer(quality.jsonName()).orElse(0);
      energy = whole == 0 ? energy : energy.plus(EnergyByQuality.of(quality, joules(whole)));
    }
    OptionalLong idle = part.integer("idleJoules");
    return new PartEnergy(
        new MeterId(
            Part.ofJsonName(part.requiredString("part"))
                .orElseThrow(() -> new JsonShapeException("part: unknown")),
            part.requiredString("device")),
        energy,
        idle.isPresent() ? Optional.of(joules(idle.getAsLong())) : Optional.empty(),
        part.requiredInteger("observedSeconds") * MILLIS_PER_SECOND,
        part.string("missing"));
  }

  private static Energy joules(long whole) {
    return Energy.ofMicrojoules(Math.multiplyExact(whole, MICROJOULES_PER_JOULE));
  }

  private static GpuUse use(JsonObject use) throws JsonShapeException {
    OptionalLong watts = use.integer("powerPeakWatts");
    return new GpuUse(
        use.integer("gpuBusyMs"),
        use.integer("heldIdleMs"),
        use.integer("vramPeakMiB"),
        watts.isPresent()
            ? OptionalLong.of(watts.getAsLong() * MILLIWATTS_PER_WATT)
            : OptionalLong.empty(),
        use.integer("busyPercentMean"),
        use.integer("busyPercentPeak"),
        use.integer("vramMeanMiB"));
  }

  private static PowerProfile power(JsonObject power) throws JsonShapeException {
    List<OptionalLong> watts = power.integersOrNull("watts");
    long[] milliwatts = new long[watts.size()];
    long seen = 0;
    for (int i = 0; i < milliwatts.length; i++) {
      milliwatts[i] = watts.get(i).orElse(0) * MILLIWATTS_PER_WATT;
      seen |= watts.get(i).isPresent() ? 1L << i : 0;
    }
    return new PowerProfile(power.requiredInteger("stepMs"), milliwatts, seen);
  }
}
