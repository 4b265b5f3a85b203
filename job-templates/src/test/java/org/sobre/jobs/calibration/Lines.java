package org.sobre.jobs.calibration;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.MemoryModel.Basis;
import org.sobre.jobs.profile.MemoryModel.Linear;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ModelProfile.Options;
import org.sobre.jobs.profile.Requirements;
import org.sobre.jobs.profile.Task;
import org.sobre.jobs.profile.Variant;
import org.sobre.jobs.profile.Version;

/** Experiences for the tests: of profile {@code p}, variant {@code full}, on a card of 24 GiB. */
final class Lines {

  static final Device CARD = card("8.9", 24_000);
  static final Instant BEGIN = Instant.parse("2026-11-21T23:00:00Z");

  private Lines() {}

  static Device card(String capability, long mebibytes) {
    return new Device(
        "GPU-1",
        "a card",
        GpuVendor.NVIDIA,
        gib(mebibytes),
        gib(mebibytes),
        Version.parse(capability),
        Optional.empty());
  }

  static MemorySize gib(long mebibytes) {
    return MemorySize.ofMebibytes(mebibytes);
  }

  /** Published: 10 000 MiB and 100 an item, seen as far as 10. */
  static ModelProfile profile() {
    MemoryModel model =
        new Linear(
            Basis.PUBLISHED,
            "a page",
            gib(10_000),
            gib(100),
            gib(0),
            OptionalInt.of(10),
            gib(0),
            List.of());
    return new ModelProfile(
        "p",
        Task.FINETUNE,
        "image",
        OptionalInt.empty(),
        new Requirements(List.of(), Optional.empty(), Optional.empty(), List.of()),
        List.of(new Variant("full", Map.of("precision", "fp16"), model, Optional.empty())),
        Optional.empty(),
        new Options(Optional.empty(), Optional.empty()),
        Optional.empty());
  }

  static CalibrationKey key() {
    return CalibrationKey.of("p", profile().variants().get(0), CARD);
  }

  static CalibrationLine point(int batch, long allocated, long reserved, int second) {
    return CalibrationLine.point(
        key(),
        Optional.empty(),
        batch,
        gib(24_000),
        Peak.reported(gib(allocated), gib(reserved)),
        OptionalDouble.empty(),
        BEGIN.plusSeconds(second));
  }

  static CalibrationLine ceiling(int batch, long budget, int second) {
    return CalibrationLine.ceiling(
        key(),
        Optional.empty(),
        batch,
        gib(budget),
        "CUDA out of memory",
        BEGIN.plusSeconds(second));
  }

  static CalibrationLine ofFramework(CalibrationLine line, String framework) {
    return new CalibrationLine(
        line.kind(),
        line.key(),
        Optional.of(framework),
        line.batch(),
        line.budget(),
        line.peak(),
        line.itemsPerSecond(),
        line.words(),
        line.at(),
        line.processes(),
        line.joined());
  }
}
