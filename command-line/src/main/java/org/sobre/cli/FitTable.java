package org.sobre.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.sobre.cli.FitRow.Verdict;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.BatchPlan;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.ModelProfile;

/**
 * What {@code sobre fit} says to people: a table for each model, in 80 columns; below a row what to
 * paste behind sbatch, and why.
 *
 * @param explained whether options and reasons are told, or only verdicts
 */
record FitTable(BatchPlanner planner, boolean explained) {

  private static final Messages MESSAGES = Messages.of(FitTable.class);
  private static final int WIDTH = 80;
  private static final String INDENT = "    ";
  private static final String NOTHING = "-";

  String render(List<FitRow> rows) {
    Map<ModelProfile, List<FitRow>> byProfile = new LinkedHashMap<>();
    rows.forEach(
        row -> byProfile.computeIfAbsent(row.profile(), any -> new ArrayList<>()).add(row));
    List<String> tables = new ArrayList<>();
    byProfile.forEach((profile, its) -> tables.add(title(profile) + table(its)));
    return String.join("\n", tables);
  }

  private String title(ModelProfile profile) {
    String effective =
        profile.effectiveBatch().isPresent()
            ? MESSAGES.text("fit.effective", profile.effectiveBatch().getAsInt())
            : "";
    OptionalInt whole = planner.smallestClass(profile, false);
    OptionalInt reduced = planner.smallestClass(profile, true);
    String from = whole.isPresent() ? MESSAGES.text("fit.from", whole.getAsInt()) : "";
    String less =
        reduced.isPresent() && !reduced.equals(whole)
            ? MESSAGES.text("fit.from.reduced", reduced.getAsInt())
            : "";
    return MESSAGES.text("fit.title", profile.name(), profile.task().yamlName())
        + effective
        + from
        + less
        + "\n";
  }

  private String table(List<FitRow> rows) {
    PlainTable table =
        new PlainTable()
            .text(MESSAGES.text("fit.heading.card"))
            .number(MESSAGES.text("fit.heading.memory"))
            .number(MESSAGES.text("fit.heading.free"))
            .text(MESSAGES.text("fit.heading.verdict"))
            .number(MESSAGES.text("profile.heading.batch"))
            .number(MESSAGES.text("profile.heading.steps"));
    rows.forEach(row -> table.row(cells(row)));
    List<String> lines = table.render().lines().toList();
    StringBuilder text = new StringBuilder(lines.get(0)).append('\n');
    for (int i = 0; i < rows.size(); i++) {
      text.append(lines.get(i + 1)).append('\n');
      if (explained) {
        below(rows.get(i)).forEach(line -> text.append(INDENT).append(line).append('\n'));
      }
    }
    return text.toString();
  }

  private static String[] cells(FitRow row) {
    FitCard card = row.card();
    Optional<BatchPlan> plan = row.plan();
    return new String[] {
      name(card),
      memory(card),
      free(card),
      verdict(row),
      plan.map(p -> String.valueOf(p.batch())).orElse(NOTHING),
      plan.map(p -> String.valueOf(p.accumulation())).orElse(NOTHING)
    };
  }

  private static String name(FitCard card) {
    return card.isMainMemory()
        ? MESSAGES.text("fit.mainMemory")
        : card.name().orElse(MESSAGES.text("fit.any"));
  }

  private static String memory(FitCard card) {
    return card.gigabytes().isPresent()
        ? MESSAGES.text("gigabytes", whole(card.gigabytes().getAsDouble()))
        : gigabytes(card.device().total());
  }

  private static String whole(double number) {
    return number == Math.rint(number)
        ? String.valueOf(Math.round(number))
        : String.format(Language.current().locale(), "%s", number);
  }

  private static String gigabytes(MemorySize size) {
    Locale locale = Language.current().locale();
    return MESSAGES.text("gigabytes", String.format(locale, "%.1f", size.gigabytes()));
  }

  /** Cards of a cluster, or memory of a card that is here. */
  private static String free(FitCard card) {
    return card.isHere()
        ? gigabytes(card.device().free())
        : card.ofCluster().map(one -> one.free() + "/" + one.total()).orElse(NOTHING);
  }

  private static String verdict(FitRow row) {
    String word = MESSAGES.text("fit.verdict." + row.verdict().word());
    boolean tight = row.verdict() == Verdict.FITS && row.plan().orElseThrow().tight();
    return tight ? MESSAGES.text("fit.tight", word) : word;
  }

  private static List<String> below(FitRow row) {
    List<String> lines = new ArrayList<>();
    if (!row.sbatch().isEmpty()) {
      lines.add(
          row.fits()
              ? ShellWord.line(row.sbatch())
              : MESSAGES.text("fit.instead", ShellWord.line(row.sbatch())));
    }
    lines.addAll(wrapped(row.reason()));
    return lines;
  }

  private static List<String> wrapped(String sentence) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : sentence.split(" ", -1)) {
      if (line.length() > 0 && INDENT.length() + line.length() + 1 + word.length() > WIDTH) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() == 0 ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
