package org.sobre.energy.meter;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.units.Power;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;

/** One counter in the kernel's powercap tree: files {@code energy_uj} and what belongs to it. */
final class RaplZone {

  /** What a platform can draw of which nobody tells the limit: a node of several packages. */
  private static final Power MOST_OF_A_PLATFORM = new Power(10_000_000_000L);

  /**
   * The long-term limit as the processor was made and as the board's firmware set it, and the
   * short-term one: microwatts, as {@code Documentation/power/powercap} of the kernel has it. A
   * firmware that wants none says more than any processor draws.
   */
  private static final List<String> LIMITS =
      List.of(
          "constraint_0_max_power_uw",
          "constraint_0_power_limit_uw",
          "constraint_1_power_limit_uw");

  private final Path directory;
  private final MeterId meter;
  private final PlausiblePower plausible;
  private final CounterIntegrator integrator;
  private Optional<Reason> missing = Optional.empty();

  RaplZone(Path directory, MeterId meter, Duration longestInterval) {
    this.directory = directory;
    this.meter = meter;
    this.plausible =
        new PlausiblePower(
            meter.toString(),
            OptionalInt.empty(),
            meter.part() == Part.NODE ? MOST_OF_A_PLATFORM : PlausiblePower.MOST_OF_ANY);
    LIMITS.stream()
        .map(limit -> number(directory.resolve(limit)).measured())
        .flatMap(Optional::stream)
        .map(Power::new)
        .filter(plausible::isLimit)
        .max(Power::compareTo)
        .ifPresent(plausible::ownLimit);
    this.integrator = new CounterIntegrator(meter, longestInterval, plausible);
  }

  MeterId meter() {
    return meter;
  }

  Optional<Reason> missing() {
    return missing;
  }

  /** A counter that cannot be read runs on: the next reading tells, if it comes in time. */
  Optional<MeteredInterval> poll(UptimeClock clock) {
    Reading<Long> energy = number(directory.resolve("energy_uj"));
    long nanos = clock.nanosSinceBoot();
    if (energy instanceof Reading.Unavailable<Long> none) {
      missing = Optional.of(none.reason());
      return Optional.empty();
    }
    Optional<MeteredInterval> interval =
        energy.measured().flatMap(value -> integrator.read(nanos, value, range()));
    missing = integrator.refused() ? Optional.of(Reason.FAILED) : Optional.empty();
    return interval;
  }

  /** None where the firmware tells 0, at which no counter goes back. */
  private OptionalLong range() {
    return number(directory.resolve("max_energy_range_uj"))
        .measured()
        .filter(range -> range > 0)
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  private static Reading<Long> number(Path file) {
    try {
      String text = Files.readString(file).strip();
      long value = Long.parseLong(text);
      return value < 0 ? Reading.unavailable(Reason.FAILED, text) : Reading.of(value);
    } catch (AccessDeniedException e) {
      return Reading.unavailable(Reason.NO_PERMISSION, file.toString());
    } catch (NoSuchFileException e) {
      return Reading.unavailable(Reason.NOT_PRESENT, file.toString());
    } catch (IOException | NumberFormatException e) {
      return Reading.unavailable(Reason.FAILED, String.valueOf(e.getMessage()));
    }
  }
}
