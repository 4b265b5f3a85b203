package org.sobre.energy.ledger;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Supplier;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/** Any line the records allow, from a seed. */
final class RandomLines {

  private final Random random;

  RandomLines(long seed) {
    this.random = new Random(seed);
  }

  LedgerLine line(LineHeader place) {
    LineHeader header = place.withClockUnset(random.nextInt(4) == 0);
    if (header.seq() == 1) {
      return boot(header);
    }
    return random.nextBoolean() ? balance(header) : job(header);
  }

  BootLine boot(LineHeader header) {
    return new BootLine(
        header,
        instant(),
        maybe(() -> new BootLine.PreviousBoot(text(), 1 + random.nextInt(9999))));
  }

  BalanceLine balance(LineHeader header) {
    Instant from = instant();
    long elapsed = random.nextInt(3_600_000);
    return new BalanceLine(
        header,
        random.nextBoolean(),
        from,
        from.plusMillis(elapsed),
        elapsed,
        random.nextInt(4) == 0 ? random.nextInt() : 0,
        several(this::meter));
  }

  JobLine job(LineHeader header) {
    Instant begin = instant();
    long elapsed = random.nextInt(90_000_000);
    int cpus = random.nextInt(64);
    return new JobLine(
        header,
        random.nextBoolean(),
        new JobFacts(
            key(),
            text(),
            random.nextInt(70_000),
            maybe(this::text),
            maybe(this::text),
            List.of(),
            cpus,
            maybe(this::text)),
        begin,
        begin.plusMillis(elapsed),
        oneOf(List.of(JobLine.BeginFrom.values())),
        oneOf(List.of(JobLine.EndFrom.values())),
        random.nextBoolean() ? OptionalInt.of(random.nextInt(65_536)) : OptionalInt.empty(),
        elapsed,
        new JobLine.Held(
            cpus,
            maybeLong(),
            several(
                () ->
                    new JobLine.HeldGpu(
                        text(),
                        text(),
                        maybe(this::text),
                        maybeLong(),
                        BigDecimal.valueOf(1L + random.nextInt(1000), 3),
                        maybeLong()))),
        several(
            () ->
                new JobLine.PartEnergy(
                    meterId(),
                    energy(),
                    maybe(this::amount),
                    random.nextInt(1 << 20),
                    maybe(this::text),
                    maybe(this::basis))),
        maybe(
            () ->
                new JobLine.GpuUse(
                    maybeLong(),
                    maybeLong(),
                    maybeLong(),
                    maybeLong(),
                    maybeLong(),
                    maybeLong(),
                    maybeLong())),
        several(() -> new JobLine.CounterCheck(text(), amount(), amount(), random.nextBoolean())),
        maybe(this::profile),
        maybe(
            () ->
                new JobLine.Declared(
                    random.nextInt(70_000),
                    maybe(this::text),
                    maybeLong(),
                    maybe(this::text),
                    maybeLong(),
                    maybeLong(),
                    maybeLong())),
        maybeLong(),
        maybeLong());
  }

  private PowerProfile profile() {
    long[] milliwatts = new long[1 + random.nextInt(PowerProfile.MOST_STEPS)];
    Arrays.setAll(milliwatts, i -> random.nextInt(1 << 20));
    return new PowerProfile(1_000L << random.nextInt(10), milliwatts, random.nextLong());
  }

  private BalanceLine.MeterBalance meter() {
    return new BalanceLine.MeterBalance(
        meterId(),
        text(),
        maybe(this::meterId),
        random.nextInt(1 << 20),
        energy(),
        several(
            () ->
                new BalanceLine.JobShare(
                    key(),
                    instant(),
                    maybe(this::text),
                    random.nextInt(70_000),
                    energy(),
                    maybe(this::amount),
                    random.nextInt(1 << 20),
                    maybe(() -> BigDecimal.valueOf(1L + random.nextInt(1000), 3)),
                    maybe(this::basis))),
        several(() -> new BalanceLine.OutsideShare(random.nextInt(70_000), energy())),
        energy(),
        energy());
  }

  private JobKey key() {
    return new JobKey(1L + random.nextInt(Integer.MAX_VALUE), random.nextInt(9));
  }

  private MeterId meterId() {
    return new MeterId(oneOf(List.of(Part.values())), text());
  }

  private EnergyByQuality energy() {
    Map<Quality, Energy> amounts = new EnumMap<>(Quality.class);
    for (Quality quality : Quality.values()) {
      amounts.put(quality, amount());
    }
    return new EnergyByQuality(amounts);
  }

  private CpuBasis basis() {
    return new CpuBasis(amount(), amount());
  }

  private Energy amount() {
    return Energy.ofMicrojoules(
        random.nextInt(3) == 0 ? 0 : random.nextLong() >>> 1 >>> random.nextInt(40));
  }

  private Instant instant() {
    return Instant.ofEpochSecond(
        1_700_000_000L + random.nextInt(1 << 28),
        random.nextBoolean() ? 0 : random.nextInt(1_000_000_000));
  }

  private String text() {
    String alphabet = "abzAZ09-_. \"\\\n\té\u2028{}[],:";
    StringBuilder text = new StringBuilder();
    int length = 1 + random.nextInt(12);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  private <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private OptionalLong maybeLong() {
    return random.nextBoolean() ? OptionalLong.of(random.nextLong() >>> 1) : OptionalLong.empty();
  }

  private <T> Optional<T> maybe(Supplier<T> value) {
    return random.nextBoolean() ? Optional.of(value.get()) : Optional.empty();
  }

  private <T> List<T> several(Supplier<T> item) {
    List<T> items = new ArrayList<>();
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      items.add(item.get());
    }
    return items;
  }
}
