package org.sobre.accounting.report;

import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.accounting.factors.AppliedFactors;
import org.sobre.accounting.factors.Days;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.FactorTimeline.Entry;
import org.sobre.accounting.factors.Gap;
import org.sobre.accounting.factors.GridRate;
import org.sobre.accounting.factors.GridSeries;
import org.sobre.accounting.factors.HeatReuse;
import org.sobre.accounting.factors.HourClasses;
import org.sobre.accounting.factors.Rate;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/** Which factors a report applied, each with its source and date, and which it lacked. */
public final class FactorNotes {

  private static final Messages MESSAGES = Messages.of(FactorNotes.class);
  private static final BigDecimal HUNDRED = new BigDecimal(100);

  private final AppliedFactors factors;
  private final ZoneId zone;

  /**
   * @param zone in which gaps are told
   */
  public FactorNotes(AppliedFactors factors, ZoneId zone) {
    this.factors = factors;
    this.zone = zone;
  }

  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.addAll(co2e());
    lines.addAll(euros());
    lines.addAll(room());
    factors.heatReuse().forEach(entry -> lines.add(heat(entry)));
    for (Gap gap : factors.gaps()) {
      lines.add(MESSAGES.text("factor.gap", gap.said(zone)));
    }
    return lines;
  }

  /** Of a file that has none, which one that is: it took the place of the shipped one whole. */
  private List<String> co2e() {
    if (!factors.hasNoGrid()) {
      return factors.grid().stream()
          .map(entry -> MESSAGES.text("factor.co2e", grid(entry)))
          .toList();
    }
    return List.of(
        factors
            .file()
            .map(file -> MESSAGES.text("factor.noCo2e", file))
            .orElseGet(() -> MESSAGES.text("factor.noFile")));
  }

  private List<String> euros() {
    return factors.hasNoPrice()
        ? List.of(MESSAGES.text("factor.noEuro"))
        : factors.price().stream()
            .map(entry -> MESSAGES.text("factor.euro", cited(entry.value()) + days(entry.days())))
            .toList();
  }

  private List<String> room() {
    return factors.hasNoPue()
        ? List.of(MESSAGES.text("room.noPue"))
        : factors.pue().stream()
            .map(entry -> MESSAGES.text("room.pue", cited(entry.value()) + days(entry.days())))
            .toList();
  }

  private static String heat(Entry<HeatReuse> entry) {
    HeatReuse reuse = entry.value();
    Factor share = reuse.share();
    String percent =
        number(share.value().multiply(HUNDRED).stripTrailingZeros())
            + " % ("
            + share.source()
            + "; "
            + share.date()
            + ")"
            + days(entry.days());
    return MESSAGES.text(reuse.credit() ? "heat.credit" : "heat.noCredit", percent);
  }

  private static String grid(Entry<GridRate> entry) {
    String basis =
        entry.value().basis().map(b -> ", " + MESSAGES.text("basis." + b.jsonName())).orElse("");
    return cited(entry.value().rate()) + basis + days(entry.days());
  }

  private static String cited(Rate rate) {
    return value(rate) + " (" + rate.source() + "; " + rate.date() + ")";
  }

  private static String value(Rate rate) {
    if (rate instanceof HourClasses classes) {
      return classes.classes().stream()
          .map(one -> one.name() + " " + number(one.value()))
          .distinct()
          .collect(Collectors.joining(", "));
    }
    if (rate instanceof GridSeries series) {
      return MESSAGES.text(series.hours().isEmpty() ? "rate.months" : "rate.hours");
    }
    return number(((Factor) rate).value());
  }

  private static String number(BigDecimal value) {
    return Language.current().rounded(value, Math.max(0, value.scale()));
  }

  /** Nothing of what holds for ever. */
  private static String days(Days days) {
    Optional<String> from = days.from().map(Object::toString);
    Optional<String> last = days.until().map(day -> day.minusDays(1).toString());
    if (from.isPresent() && last.isPresent()) {
      return MESSAGES.text("days.both", from.get(), last.get());
    }
    return from.map(day -> MESSAGES.text("days.from", day))
        .or(() -> last.map(day -> MESSAGES.text("days.to", day)))
        .orElse("");
  }
}
