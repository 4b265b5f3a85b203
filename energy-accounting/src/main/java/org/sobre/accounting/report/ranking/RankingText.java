package org.sobre.accounting.report.ranking;

import com.github.freva.asciitable.AsciiTable;
import com.github.freva.asciitable.Column;
import com.github.freva.asciitable.ColumnData;
import com.github.freva.asciitable.HorizontalAlign;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sobre.accounting.report.PlainName;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.report.ReportTitle;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/** A ranking to be read by people: a table for each profile. */
public final class RankingText {

  private static final Messages MESSAGES = Messages.of(RankingText.class);
  private static final BigDecimal JOULES_PER_KILOJOULE = new BigDecimal(1000);

  private record Line(
      String gpu, String jobs, String measure, Quartiles quartiles, Optional<BigDecimal> times) {}

  private RankingText() {}

  public static String of(Ranking ranking, String reference, ReportRequest request) {
    List<String> lines = new ArrayList<>();
    lines.add(MESSAGES.text("title", reference) + ReportTitle.scope(request));
    for (ProfileRanking profile : ranking.profiles()) {
      lines.add("");
      lines.add(MESSAGES.text("profile", profile.profile(), profile.unit()));
      if (profile.isRanked()) {
        lines.addAll(table(profile));
      }
      lines.addAll(tooFew(profile, ranking.minJobs()));
    }
    lines.add("");
    lines.add(MESSAGES.text("note.jobs"));
    lines.add(MESSAGES.text("note.numbers"));
    return lines.stream().map(PlainName::of).collect(Collectors.joining(System.lineSeparator()))
        + System.lineSeparator();
  }

  /** What could not be ranked, and how many jobs there are of it. */
  static List<String> tooFew(ProfileRanking profile, int minJobs) {
    String types =
        profile.tooFew().entrySet().stream()
            .map(type -> MESSAGES.text("jobs", type.getKey(), type.getValue()))
            .collect(Collectors.joining(", "));
    return types.isEmpty()
        ? List.of()
        : List.of(
            MESSAGES.text(profile.isRanked() ? "tooFew" : "tooFew.reference", types, minJobs));
  }

  private static List<String> table(ProfileRanking profile) {
    List<Line> lines = new ArrayList<>();
    for (ModelRank rank : profile.ranks()) {
      lines.add(
          new Line(
              rank.gpu(),
              Integer.toString(rank.jobs()),
              MESSAGES.text("perSecond"),
              rank.perSecond(),
              Optional.of(rank.timesPerSecond())));
      rank.perJoule()
          .ifPresent(
              all ->
                  lines.add(
                      new Line(
                          "", "", MESSAGES.text("perKilojoule"), kilo(all), rank.timesPerJoule())));
      rank.perEuro()
          .ifPresent(
              all ->
                  lines.add(new Line("", "", MESSAGES.text("perEuro"), all, rank.timesPerEuro())));
    }
    return AsciiTable.getTable(AsciiTable.NO_BORDERS, lines, columns())
        .lines()
        .map(String::stripTrailing)
        .filter(line -> !line.isEmpty())
        .toList();
  }

  private static Quartiles kilo(Quartiles all) {
    return new Quartiles(
        all.lower().multiply(JOULES_PER_KILOJOULE),
        all.median().multiply(JOULES_PER_KILOJOULE),
        all.upper().multiply(JOULES_PER_KILOJOULE));
  }

  private static List<ColumnData<Line>> columns() {
    return List.of(
        column("column.gpu", HorizontalAlign.LEFT, Line::gpu),
        column("column.jobs", HorizontalAlign.RIGHT, Line::jobs),
        column("", HorizontalAlign.LEFT, Line::measure),
        column("column.median", HorizontalAlign.RIGHT, line -> number(line.quartiles().median())),
        column("column.lower", HorizontalAlign.RIGHT, line -> number(line.quartiles().lower())),
        column("column.upper", HorizontalAlign.RIGHT, line -> number(line.quartiles().upper())),
        column(
            "column.times",
            HorizontalAlign.RIGHT,
            line -> line.times().map(RankingText::number).orElse("")));
  }

  private static ColumnData<Line> column(
      String header, HorizontalAlign align, Function<Line, String> value) {
    return new Column()
        .header(header.isEmpty() ? "" : MESSAGES.text(header))
        .headerAlign(align)
        .dataAlign(align)
        .with(line -> PlainName.of(value.apply(line)));
  }

  private static String number(BigDecimal value) {
    return Language.current().rounded(value, 2);
  }
}
