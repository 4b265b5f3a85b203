package org.sobre.accounting.report.html;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import org.sobre.accounting.report.EnergyUnit;
import org.sobre.accounting.store.QualitySums;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/** Energy as bars, split by how it came to be known. Plain SVG within the page. */
final class Charts {

  private static final Messages MESSAGES = Messages.of(Charts.class);

  private static final int WIDTH = 760;
  private static final int BARS_LEFT = 220;
  private static final int BARS_WIDTH = 430;
  private static final int ROW = 24;
  private static final int BAR = 16;
  private static final int TOP = 30;
  private static final int LEGEND_STEP = 190;
  private static final int LONGEST_NAME = 30;
  private static final int DECIMALS = 3;

  /** Best first. */
  private static final List<String> QUALITIES = List.of("counter", "sampled", "modelled");

  /** A bar. */
  record Bar(String name, QualitySums energy) {}

  private final Html html;
  private final EnergyUnit unit;
  private final String id;

  /**
   * @param id of the chart on its page
   */
  Charts(Html html, EnergyUnit unit, String id) {
    this.html = html;
    this.unit = unit;
    this.id = id;
  }

  /**
   * Bars in their order.
   *
   * @param title what the chart shows
   */
  void bars(String title, List<Bar> bars) {
    BigInteger most =
        bars.stream().map(bar -> bar.energy().total()).max(BigInteger::compareTo).orElseThrow();
    int height = TOP + ROW * bars.size();
    html.open("figure")
        .open(
            "svg",
            "viewBox",
            "0 0 " + WIDTH + " " + height,
            "role",
            "img",
            "aria-labelledby",
            id + "-title " + id + "-desc")
        .element("title", title, "id", id + "-title")
        .element("desc", description(bars), "id", id + "-desc");
    legend(bars);
    for (int i = 0; i < bars.size(); i++) {
      bar(bars.get(i), TOP + ROW * i, most);
    }
    html.close().element("figcaption", title).close();
  }

  private String description(List<Bar> bars) {
    return String.join(
        "; ", bars.stream().map(bar -> bar.name() + ": " + amount(bar.energy())).toList());
  }

  /** Of the qualities that are in the bars. */
  private void legend(List<Bar> bars) {
    int x = BARS_LEFT;
    for (int i = 0; i < QUALITIES.size(); i++) {
      int quality = i;
      if (bars.stream().anyMatch(bar -> amounts(bar.energy()).get(quality).signum() > 0)) {
        rectangle(x, 4, 12, 12, QUALITIES.get(i));
        label(x + 18, 14, "start", "quiet", MESSAGES.text("quality." + QUALITIES.get(i)));
        x += LEGEND_STEP;
      }
    }
  }

  private static List<BigInteger> amounts(QualitySums energy) {
    return List.of(energy.counter(), energy.sampled(), energy.modelled());
  }

  private void bar(Bar bar, int y, BigInteger most) {
    label(BARS_LEFT - 8, y + 13, "end", "name", shortened(bar.name()));
    BigInteger before = BigInteger.ZERO;
    QualitySums energy = bar.energy();
    for (int i = 0; i < QUALITIES.size(); i++) {
      BigInteger after = before.add(amounts(energy).get(i));
      double from = length(before, most);
      double to = length(after, most);
      if (to > from) {
        rectangle(BARS_LEFT + from, y, to - from, BAR, QUALITIES.get(i));
      }
      before = after;
    }
    label(BARS_LEFT + length(before, most) + 6, y + 13, "start", "quiet", amount(energy));
  }

  private static double length(BigInteger amount, BigInteger most) {
    return most.signum() == 0
        ? 0
        : new BigDecimal(amount.multiply(BigInteger.valueOf(BARS_WIDTH)))
            .divide(new BigDecimal(most), 2, RoundingMode.HALF_UP)
            .doubleValue();
  }

  private void rectangle(double x, double y, double width, double height, String kind) {
    html.open(
            "rect",
            "x",
            number(x),
            "y",
            number(y),
            "width",
            number(width),
            "height",
            number(height),
            "class",
            kind)
        .close();
  }

  private void label(double x, double y, String anchor, String kind, String text) {
    html.element(
        "text", text, "x", number(x), "y", number(y), "text-anchor", anchor, "class", kind);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  private String amount(QualitySums energy) {
    return Language.current().rounded(unit.amount(energy.total()), DECIMALS) + " " + unit.symbol();
  }

  private static String shortened(String name) {
    return name.codePointCount(0, name.length()) <= LONGEST_NAME
        ? name
        : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME - 1)) + "…";
  }
}
