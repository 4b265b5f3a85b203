package org.sobre.accounting.factors;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.accounting.factors.GridRate.Basis;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/** Binds {@code factors.yaml}, of schema 1 or 2; all problems go to the section's collector. */
final class FactorsReader {

  private static final Messages MESSAGES = Messages.of(FactorsReader.class);

  private static final String BASIS = "basis";
  private static final String CLASSES = "classes";
  private static final String CSV = "csv";

  private static final BigDecimal MAX_PUE = BigDecimal.TEN;
  private static final BigDecimal MIN_PER_KILOWATT_HOUR = new BigDecimal("0.0001");
  private static final BigDecimal MAX_PER_KILOWATT_HOUR = new BigDecimal(10_000);
  private static final BigDecimal MIN_SHARE = new BigDecimal("0.0001");
  private static final BigDecimal MIN_PRICE = new BigDecimal("0.0001");
  private static final BigDecimal MAX_PRICE = new BigDecimal(100_000);

  private final YamlSection top;
  private final SeriesFiles files;

  private FactorsReader(YamlSection top, SeriesFiles files) {
    this.top = top;
    this.files = files;
  }

  static Factors read(YamlSection top, SeriesFiles files) {
    Optional<String> schema = top.oneOf("schema", List.of(Factors.SCHEMA_1, Factors.SCHEMA));
    FactorsReader reader = new FactorsReader(top, files);
    boolean old = schema.filter(Factors.SCHEMA_1::equals).isPresent() || !top.has("schema");
    Factors factors = old ? reader.ofSchema1() : reader.ofSchema2();
    top.refuseUnknownKeys();
    return factors;
  }

  private Factors ofSchema1() {
    return new Factors(
        single(Factors.PUE, BigDecimal.ONE, MAX_PUE),
        single(Factors.GRID, MIN_PER_KILOWATT_HOUR, MAX_PER_KILOWATT_HOUR),
        single(Factors.PRICE, MIN_PER_KILOWATT_HOUR, MAX_PER_KILOWATT_HOUR),
        Optional.empty());
  }

  private Optional<Factor> single(String key, BigDecimal min, BigDecimal max) {
    if (!top.has(key)) {
      return Optional.empty();
    }
    YamlSection section = top.section(key);
    if (!top.hasMapping(key)) {
      // said by section(): a number alone has neither source nor date to judge
      return Optional.empty();
    }
    Optional<Factor> factor = CitedNumber.read(section, min, max);
    section.refuseUnknownKeys();
    return factor;
  }

  private Factors ofSchema2() {
    return new Factors(
        DatedValues.read(top, Factors.PUE, item -> CitedNumber.read(item, BigDecimal.ONE, MAX_PUE)),
        grid(),
        DatedValues.read(top, Factors.PRICE, this::price),
        DatedValues.read(top, Factors.HEAT_REUSE, FactorsReader::heatReuse),
        new HardwareReader(top).read(),
        cloud(),
        Optional.empty());
  }

  private static Optional<HeatReuse> heatReuse(YamlSection item) {
    boolean credit = item.bool("credit").orElse(false);
    return CitedNumber.read(item, MIN_SHARE, BigDecimal.ONE)
        .map(share -> new HeatReuse(share, credit));
  }

  private Optional<Rate> price(YamlSection item) {
    return item.has(CLASSES)
        ? HourClassesReader.read(item, CLASSES, MIN_PER_KILOWATT_HOUR, MAX_PER_KILOWATT_HOUR)
            .map(classes -> (Rate) classes)
        : CitedNumber.read(item, MIN_PER_KILOWATT_HOUR, MAX_PER_KILOWATT_HOUR)
            .map(factor -> (Rate) factor);
  }

  /** Each basis has its own days; a report applies one of them. */
  private FactorTimeline<GridRate> grid() {
    Optional<Basis> chosen = top.oneOf("gCo2eBasis", Basis.jsonNames()).flatMap(Basis::ofJsonName);
    Map<Basis, List<DatedValues.Item<GridRate>>> byBasis = new LinkedHashMap<>();
    for (DatedValues.Item<GridRate> item : DatedValues.items(top, Factors.GRID, this::gridRate)) {
      item.value()
          .basis()
          .ifPresent(b -> byBasis.computeIfAbsent(b, x -> new ArrayList<>()).add(item));
    }
    Map<Basis, FactorTimeline<GridRate>> timelines = new LinkedHashMap<>();
    byBasis.forEach(
        (basis, items) -> timelines.put(basis, DatedValues.timeline(top, Factors.GRID, items)));
    if (chosen.isEmpty() && timelines.size() > 1) {
      top.problem(Factors.GRID, MESSAGES.text("basis.choose"));
    }
    chosen
        .filter(basis -> !timelines.isEmpty() && !timelines.containsKey(basis))
        .ifPresent(
            basis -> top.problem("gCo2eBasis", MESSAGES.text("basis.none", basis.jsonName())));
    return chosen
        .map(basis -> timelines.getOrDefault(basis, FactorTimeline.none()))
        .orElseGet(() -> timelines.values().stream().findFirst().orElseGet(FactorTimeline::none));
  }

  private Optional<GridRate> gridRate(YamlSection item) {
    item.require(BASIS, String.join(", ", Basis.jsonNames()));
    Optional<Basis> basis = item.oneOf(BASIS, Basis.jsonNames()).flatMap(Basis::ofJsonName);
    Optional<Rate> rate =
        item.has(CSV)
            ? GridCsv.read(item, CSV, files).map(series -> (Rate) series)
            : CitedNumber.read(item, MIN_PER_KILOWATT_HOUR, MAX_PER_KILOWATT_HOUR)
                .map(factor -> (Rate) factor);
    return rate.filter(any -> basis.isPresent()).map(found -> new GridRate(found, basis));
  }

  private CloudPrices cloud() {
    String key = "cloudEuroPerGpuHour";
    Map<String, List<DatedValues.Item<Factor>>> byModel = new LinkedHashMap<>();
    for (YamlSection item : top.sections(key)) {
      String model = item.requiredString("model");
      DatedValues.item(item, one -> CitedNumber.read(one, MIN_PRICE, MAX_PRICE))
          .ifPresent(price -> byModel.computeIfAbsent(model, x -> new ArrayList<>()).add(price));
    }
    List<CloudPrices.Model> models = new ArrayList<>();
    byModel.forEach(
        (model, prices) ->
            models.add(new CloudPrices.Model(model, DatedValues.timeline(top, key, prices))));
    return new CloudPrices(models);
  }
}
