package org.sobre.accounting.report;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sobre.accounting.factors.AppliedFactors;
import org.sobre.accounting.factors.Days;
import org.sobre.accounting.factors.Factor;
import org.sobre.accounting.factors.FactorTimeline.Entry;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.Gap;
import org.sobre.accounting.factors.GridRate;
import org.sobre.accounting.factors.GridSeries;
import org.sobre.accounting.factors.HeatReuse;
import org.sobre.accounting.factors.HourClasses;
import org.sobre.accounting.factors.HourClasses.HourClass;
import org.sobre.accounting.factors.Rate;

/** The factors of a report that one value does not tell: with days, bases, classes and gaps. */
final class AppliedJson {

  private final JsonGenerator json;

  AppliedJson(JsonGenerator json) {
    this.json = json;
  }

  /** No key for factors of one value and no days, as those of a file of schema 1. */
  void write(AppliedFactors factors) throws IOException {
    if (isPlain(factors)) {
      return;
    }
    json.writeArrayFieldStart("applied");
    for (Entry<Factor> entry : factors.pue()) {
      begin(Factors.PUE, entry.days());
      end(entry.value());
    }
    for (Entry<GridRate> entry : factors.grid()) {
      begin(Factors.GRID, entry.days());
      Optional<GridRate.Basis> basis = entry.value().basis();
      if (basis.isPresent()) {
        json.writeStringField("basis", basis.get().jsonName());
      }
      end(entry.value().rate());
    }
    for (Entry<Rate> entry : factors.price()) {
      begin(Factors.PRICE, entry.days());
      end(entry.value());
    }
    for (Entry<HeatReuse> entry : factors.heatReuse()) {
      begin(Factors.HEAT_REUSE, entry.days());
      json.writeBooleanField("credit", entry.value().credit());
      end(entry.value().share());
    }
    json.writeEndArray();
    json.writeArrayFieldStart("gaps");
    for (Gap gap : factors.gaps()) {
      json.writeStartObject();
      json.writeStringField("factor", gap.key());
      json.writeStringField("since", gap.since().toString());
      json.writeStringField("until", gap.until().toString());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static boolean isPlain(AppliedFactors factors) {
    return factors.gaps().isEmpty()
        && factors.heatReuse().isEmpty()
        && factors.pue().stream().allMatch(entry -> entry.days().equals(Days.ALL))
        && factors.grid().stream()
            .allMatch(e -> e.days().equals(Days.ALL) && e.value().basis().isEmpty())
        && factors.price().stream()
            .allMatch(e -> e.days().equals(Days.ALL) && e.value() instanceof Factor);
  }

  private void begin(String key, Days days) throws IOException {
    json.writeStartObject();
    json.writeStringField("factor", key);
    day("from", days.from());
    day("until", days.until());
  }

  private void day(String key, Optional<LocalDate> day) throws IOException {
    if (day.isPresent()) {
      json.writeStringField(key, day.get().toString());
    }
  }

  private void end(Rate rate) throws IOException {
    if (rate instanceof Factor factor) {
      json.writeNumberField("value", factor.value());
    } else if (rate instanceof HourClasses classes) {
      Map<String, BigDecimal> values = new LinkedHashMap<>();
      for (HourClass one : classes.classes()) {
        values.put(one.name(), one.value());
      }
      json.writeObjectFieldStart("classes");
      for (Map.Entry<String, BigDecimal> value : values.entrySet()) {
        json.writeNumberField(value.getKey(), value.getValue());
      }
      json.writeEndObject();
    } else if (rate instanceof GridSeries series) {
      json.writeStringField("series", series.hours().isEmpty() ? "months" : "hours");
    }
    json.writeStringField("source", rate.source());
    json.writeStringField("date", rate.date());
    json.writeEndObject();
  }
}
