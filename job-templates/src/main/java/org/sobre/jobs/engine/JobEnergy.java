package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.jobs.station.DaemonSocket;

/**
 * What the node's daemon says a job has drawn so far.
 *
 * @param joules of all parts that could be measured
 * @param observedSeconds of the elapsed ones in which the meters were really read
 */
record JobEnergy(
    long joules,
    long observedSeconds,
    long elapsedSeconds,
    List<PartEnergy> parts,
    List<MissingPart> missing) {

  /**
   * @param part gpu, cpu-package, ...
   * @param quality counter, sampled or modelled
   */
  record PartEnergy(String part, String device, String quality, long joules) {
    PartEnergy {
      requireNonNull(part, "part");
      requireNonNull(device, "device");
      requireNonNull(quality, "quality");
      refuseNegative("joules", joules);
    }
  }

  /** A part that has no figure, and why. */
  record MissingPart(String part, String device, String reason) {
    MissingPart {
      requireNonNull(part, "part");
      requireNonNull(device, "device");
      requireNonNull(reason, "reason");
    }
  }

  JobEnergy {
    refuseNegative("joules", joules);
    refuseNegative("observedSeconds", observedSeconds);
    refuseNegative("elapsedSeconds", elapsedSeconds);
    parts = List.copyOf(parts);
    missing = List.copyOf(missing);
  }

  /** Of a run that has just begun. */
  static final JobEnergy NOTHING = new JobEnergy(0, 0, 0, List.of(), List.of());

  /**
   * What came since an earlier answer; absent if the job has less now, as after a daemon's restart.
   * Answers are in whole joules and seconds: a part's difference may be off by one.
   */
  Optional<JobEnergy> since(JobEnergy earlier) {
    long seconds = elapsedSeconds - earlier.elapsedSeconds;
    if (joules < earlier.joules || seconds < 0) {
      return Optional.empty();
    }
    List<PartEnergy> since =
        parts.stream()
            .map(
                part ->
                    new PartEnergy(
                        part.part(),
                        part.device(),
                        part.quality(),
                        Math.max(0, part.joules() - earlier.joulesLike(part))))
            .toList();
    long observed = Math.max(0, observedSeconds - earlier.observedSeconds);
    return Optional.of(
        new JobEnergy(
            joules - earlier.joules, Math.min(observed, seconds), seconds, since, missing));
  }

  private long joulesLike(PartEnergy other) {
    return parts.stream()
        .filter(
            part ->
                part.part().equals(other.part())
                    && part.device().equals(other.device())
                    && part.quality().equals(other.quality()))
        .mapToLong(PartEnergy::joules)
        .sum();
  }

  /** Not even a second was seen: no zero of a meter, but no figure. */
  boolean nothingSeen() {
    return parts.isEmpty() || (joules == 0 && observedSeconds == 0);
  }

  /**
   * @throws JsonShapeException if the answer is not one, or is the daemon's refusal; the message
   *     then is the daemon's own
   */
  static JobEnergy parse(String line) throws JsonShapeException {
    return of(DaemonSocket.answer(line));
  }

  /**
   * @throws JsonShapeException if the answer is to another question
   */
  static JobEnergy of(JsonObject answer) throws JsonShapeException {
    try {
      return read(answer);
    } catch (IllegalArgumentException e) {
      throw new JsonShapeException(String.valueOf(e.getMessage()));
    }
  }

  private static void refuseNegative(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + ": expected a number from 0, found " + value);
    }
  }

  private static JobEnergy read(JsonObject json) throws JsonShapeException {
    List<PartEnergy> parts = new ArrayList<>();
    for (JsonObject part : json.objects("parts")) {
      parts.add(
          new PartEnergy(
              part.requiredString("part"),
              part.requiredString("device"),
              part.requiredString("quality"),
              part.requiredInteger("joules")));
    }
    List<MissingPart> missing = new ArrayList<>();
    for (JsonObject part : json.objects("missing")) {
      missing.add(
          new MissingPart(
              part.requiredString("part"),
              part.requiredString("device"),
              part.requiredString("reason")));
    }
    return new JobEnergy(
        json.requiredInteger("joules"),
        json.requiredInteger("observedSeconds"),
        json.requiredInteger("elapsedSeconds"),
        parts,
        missing);
  }
}
