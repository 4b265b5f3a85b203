package org.sobre.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.report.ranking.RankedJobs;
import org.sobre.accounting.report.ranking.Ranking;
import org.sobre.accounting.report.ranking.Ranking.Measured;
import org.sobre.accounting.report.ranking.RankingData;
import org.sobre.accounting.report.ranking.RankingText;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/**
 * {@code sobre report --by gpu --relative-to MODEL}.
 *
 * @param format table, json or csv
 * @param locale of CSV
 */
record GpuRanking(String model, String format, Optional<Language> locale) {

  private static final Messages MESSAGES = Messages.of(GpuRanking.class);

  /** What is printed, and whether there is any rank in it. */
  record Printed(String text, boolean isRanked, int minJobs) {

    void refuseUnranked() {
      if (!isRanked) {
        throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("report.rank.none", minJobs));
      }
    }
  }

  void refuseWhatItCannotDo(ReportRequest request) {
    if (!request.by().equals(List.of(ReportKey.GPU)) || !request.fields().isEmpty()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("report.rank.by"));
    }
    if (format.equals("html")) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("report.rank.format"));
    }
    if (request.filter().labs(request.labs()).isPresent()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("report.rank.lab"));
    }
  }

  Printed print(AccountingStore store, ReportRequest request, Factors factors, int minJobs)
      throws IOException {
    List<Measured> jobs = RankedJobs.of(store, request, factors);
    List<String> types = RankedJobs.types(jobs);
    String reference =
        RankedJobs.type(model, types)
            .orElseThrow(
                () ->
                    new Failure(
                        ExitCode.BAD_DATA,
                        types.isEmpty()
                            ? MESSAGES.text("report.rank.nobody")
                            : MESSAGES.text(
                                "report.rank.model",
                                String.join(", ", types),
                                model,
                                Suggestion.clause(model, types))));
    Ranking ranking = Ranking.of(jobs, reference, minJobs);
    return new Printed(render(ranking, reference, request), ranking.isRanked(), minJobs);
  }

  private String render(Ranking ranking, String reference, ReportRequest request) {
    return switch (format) {
      case "json" -> RankingData.json(ranking, reference);
      case "csv" -> RankingData.csv(ranking, locale.orElse(Language.ENGLISH));
      default -> RankingText.of(ranking, reference, request);
    };
  }
}
