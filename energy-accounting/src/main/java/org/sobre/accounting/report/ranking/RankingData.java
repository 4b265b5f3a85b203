package org.sobre.accounting.report.ranking;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.report.CsvReport;
import org.sobre.hardware.message.Language;

/** A ranking for programs: what is not known has no key, or an empty field. */
public final class RankingData {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN).build();
  private static final List<String> MEASURES = List.of("perSecond", "perJoule", "perEuro");

  private RankingData() {}

  public static String json(Ranking ranking, String reference) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json =
        JSON.createGenerator(text).setPrettyPrinter(new DefaultPrettyPrinter())) {
      json.writeStartObject();
      json.writeStringField("relativeTo", reference);
      json.writeNumberField("minJobs", ranking.minJobs());
      json.writeArrayFieldStart("profiles");
      for (ProfileRanking profile : ranking.profiles()) {
        profile(json, profile);
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.append(System.lineSeparator()).toString();
  }

  private static void profile(JsonGenerator json, ProfileRanking profile) throws IOException {
    json.writeStartObject();
    json.writeStringField("profile", profile.profile());
    json.writeStringField("unit", profile.unit());
    json.writeArrayFieldStart("ranks");
    for (ModelRank rank : profile.ranks()) {
      json.writeStartObject();
      json.writeStringField("gpu", rank.gpu());
      json.writeNumberField("jobs", rank.jobs());
      measure(json, "perSecond", Optional.of(rank.perSecond()), Optional.of(rank.timesPerSecond()));
      measure(json, "perJoule", rank.perJoule(), rank.timesPerJoule());
      measure(json, "perEuro", rank.perEuro(), rank.timesPerEuro());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("tooFew");
    for (Map.Entry<String, Integer> type : profile.tooFew().entrySet()) {
      json.writeStartObject();
      json.writeStringField("gpu", type.getKey());
      json.writeNumberField("jobs", type.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void measure(
      JsonGenerator json, String key, Optional<Quartiles> quartiles, Optional<BigDecimal> times)
      throws IOException {
    if (quartiles.isPresent()) {
      json.writeObjectFieldStart(key);
      json.writeNumberField("median", quartiles.get().median());
      json.writeNumberField("lower", quartiles.get().lower());
      json.writeNumberField("upper", quartiles.get().upper());
      if (times.isPresent()) {
        json.writeNumberField("times", times.get());
      }
      json.writeEndObject();
    }
  }

  /** What was ranked, a record a model. */
  public static String csv(Ranking ranking, Language language) {
    boolean french = language == Language.FRENCH;
    List<String> header = new ArrayList<>(List.of("profile", "unit", "gpu", "jobs"));
    for (String measure : MEASURES) {
      header.addAll(List.of(measure, measure + "Lower", measure + "Upper", measure + "Times"));
    }
    StringWriter text = new StringWriter();
    try (CSVPrinter csv = CsvReport.printer(text, header, french)) {
      for (ProfileRanking profile : ranking.profiles()) {
        for (ModelRank rank : profile.ranks()) {
          csv.printRecord(record(profile, rank, french));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a StringWriter does not fail", e);
    }
    return text.toString();
  }

  private static List<@Nullable String> record(
      ProfileRanking profile, ModelRank rank, boolean french) {
    List<@Nullable String> cells = new ArrayList<>();
    for (String name : List.of(profile.profile(), profile.unit(), rank.gpu())) {
      cells.add(CsvReport.harmless(name));
    }
    cells.add(Integer.toString(rank.jobs()));
    add(cells, Optional.of(rank.perSecond()), Optional.of(rank.timesPerSecond()), french);
    add(cells, rank.perJoule(), rank.timesPerJoule(), french);
    add(cells, rank.perEuro(), rank.timesPerEuro(), french);
    return cells;
  }

  private static void add(
      List<@Nullable String> cells,
      Optional<Quartiles> quartiles,
      Optional<BigDecimal> times,
      boolean french) {
    for (Optional<BigDecimal> value :
        List.of(
            quartiles.map(Quartiles::median),
            quartiles.map(Quartiles::lower),
            quartiles.map(Quartiles::upper),
            times)) {
      cells.add(
          value
              .map(BigDecimal::toPlainString)
              .map(number -> CsvReport.number(number, french))
              .orElse(null));
    }
  }
}
