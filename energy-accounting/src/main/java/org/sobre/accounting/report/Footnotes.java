package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sobre.accounting.labs.ReservedShares;
import org.sobre.accounting.store.ContainingMeter;
import org.sobre.accounting.store.Metered;
import org.sobre.accounting.store.QualitySums;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/** What stands under a table: the energy that nobody pays, and what the numbers rest on. */
public final class Footnotes {

  private static final Messages MESSAGES = Messages.of(Footnotes.class);
  private static final BigDecimal HUNDRED = new BigDecimal(100);
  private static final BigDecimal THOUSAND = new BigDecimal(1000);

  private final Report report;
  private final EnergyUnit unit;

  /**
   * @param unit of the table above
   */
  public Footnotes(Report report, EnergyUnit unit) {
    this.report = report;
    this.unit = unit;
  }

  public List<String> lines() {
    List<String> notes = new ArrayList<>();
    notes.addAll(unbilled());
    for (OutsideUser user : report.outsideSlurm()) {
      String name = user.name().orElseGet(() -> MESSAGES.text("uid", Integer.toString(user.uid())));
      notes.add(MESSAGES.text("outsideSlurm", name, energy(user.energy())));
    }
    notes.addAll(containing());
    quality(report.totals().energy()).ifPresent(notes::add);
    notes.addAll(unmeasured());
    report.totals().hardware().ifPresent(use -> notes.addAll(HardwareNotes.of(use)));
    notes.addAll(new Completeness(report).lines());
    notes.addAll(new FactorNotes(report.factors(), report.request().zone()).lines());
    return notes;
  }

  /** Of some jobs only it is said that it is left out. */
  private List<String> unbilled() {
    List<String> notes = new ArrayList<>();
    Optional<Metered> metered = report.unbilled().map(Unbilled::metered);
    if (metered.isPresent()) {
      notes.add(
          MESSAGES.text(
              report.allocated().isPresent() ? "unbilled.shared" : "unbilled",
              energy(metered.get().platform()),
              energy(metered.get().outsideSlurm()),
              energy(metered.get().unknown())));
      notes.add(MESSAGES.text("unbilled.asOf"));
    } else if (report.allocated().isEmpty() && !report.request().filter().isNone()) {
      notes.add(MESSAGES.text("unbilled.filtered"));
    }
    report.allocated().ifPresent(allocated -> notes.addAll(shared(allocated)));
    return notes;
  }

  private List<String> shared(Allocated allocated) {
    List<String> notes = new ArrayList<>();
    notes.add(
        MESSAGES.text(
            "allocated",
            energy(allocated.shared()),
            report.totals().allocated().map(share -> energy(share.energy())).orElse("0")));
    if (allocated.left().total().signum() > 0) {
      notes.add(MESSAGES.text("allocated.left", energy(allocated.left())));
    }
    return notes;
  }

  /** A line for each kind of meter; JSON tells it of each node. */
  private List<String> containing() {
    Map<String, List<ContainingMeter>> kinds =
        report.containing().stream()
            .collect(
                Collectors.groupingBy(
                    meter -> meter.part() + "/" + meter.device(),
                    TreeMap::new,
                    Collectors.toList()));
    return kinds.entrySet().stream()
        .map(kind -> containing(kind.getKey(), kind.getValue()))
        .toList();
  }

  private String containing(String kind, List<ContainingMeter> meters) {
    String nodes =
        meters.size() == 1
            ? meters.get(0).node()
            : MESSAGES.text("containing.nodes", meters.size());
    return MESSAGES.text(
        "containing",
        kind,
        nodes,
        energy(sum(meters, ContainingMeter::seen)),
        energy(sum(meters, ContainingMeter::within)));
  }

  private static QualitySums sum(
      List<ContainingMeter> meters, Function<ContainingMeter, QualitySums> of) {
    return meters.stream().map(of).reduce(QualitySums.ZERO, QualitySums::plus);
  }

  /** By the largest remainder: the parts that are shown are 100.0 % together. */
  static Optional<String> quality(QualitySums energy) {
    if (energy.total().signum() == 0) {
      return Optional.empty();
    }
    Map<String, BigInteger> amounts =
        Map.of(
            "quality.counter", energy.counter(),
            "quality.sampled", energy.sampled(),
            "quality.modelled", energy.modelled());
    Map<String, BigInteger> thousandths =
        ReservedShares.of(THOUSAND.toBigInteger(), amounts).orElse(Map.of());
    List<String> parts = new ArrayList<>();
    for (String key : List.of("quality.counter", "quality.sampled", "quality.modelled")) {
      if (amounts.getOrDefault(key, BigInteger.ZERO).signum() > 0) {
        BigInteger part = thousandths.getOrDefault(key, BigInteger.ZERO);
        parts.add(MESSAGES.text(key, percent(new BigDecimal(part).divide(THOUSAND))));
      }
    }
    return Optional.of(MESSAGES.text("quality", String.join(", ", parts)));
  }

  private List<String> unmeasured() {
    List<String> notes = new ArrayList<>();
    int jobs = report.unmeasured().jobs();
    if (jobs > 0) {
      notes.add(MESSAGES.text(jobs == 1 ? "unmeasured.oneJob" : "unmeasured.jobs", jobs));
    }
    List<String> meters = report.unmeasured().meters();
    if (!meters.isEmpty()) {
      notes.add(MESSAGES.text("unmeasured.meters", String.join(", ", meters)));
    }
    return notes;
  }

  private String energy(QualitySums energy) {
    BigInteger total = energy.total();
    String amount = total.signum() == 0 ? "0" : Language.current().rounded(unit.amount(total), 3);
    return amount + " " + unit.symbol();
  }

  /**
   * Never more than it is: 100 % has nothing missing.
   *
   * @param fraction 0 to 1
   */
  public static String coverage(BigDecimal fraction) {
    return percent(fraction.setScale(3, RoundingMode.DOWN));
  }

  /**
   * @param fraction 0 to 1
   */
  public static String percent(BigDecimal fraction) {
    return Language.current().rounded(fraction.multiply(HUNDRED), 1) + " %";
  }
}
