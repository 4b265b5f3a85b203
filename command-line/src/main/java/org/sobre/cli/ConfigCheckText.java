package org.sobre.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.message.Messages;

/** The findings of {@code sobre config check}, for people and for programs. */
final class ConfigCheckText {

  private static final Messages MESSAGES = Messages.of(ConfigCheckText.class);

  private ConfigCheckText() {}

  /**
   * Problems and notes in the form {@code file:line:column: what}, then a table, then a verdict.
   */
  static String of(ConfigCheck check) {
    StringBuilder text = new StringBuilder();
    check.problems().forEach(problem -> text.append(problem).append('\n'));
    String note = MESSAGES.text("config.check.note");
    for (Problem remark : check.remarks()) {
      text.append(remark.place()).append(": ").append(note).append(": ");
      text.append(remark.message()).append('\n');
    }
    check.notes().forEach(said -> text.append(note).append(": ").append(said).append('\n'));
    if (!text.isEmpty()) {
      text.append('\n');
    }
    return text.append(table(check)).append('\n').append(verdict(check)).append('\n').toString();
  }

  private static String table(ConfigCheck check) {
    PlainTable table =
        new PlainTable()
            .text(MESSAGES.text("config.check.heading.document"))
            .text(MESSAGES.text("config.check.heading.schema"))
            .text(MESSAGES.text("config.check.heading.found"));
    for (CheckedDocument document : check.documents()) {
      String found = document.unreadable().orElseGet(() -> counted(document.problems().size()));
      table.row(document.source(), document.schema(), found);
    }
    return table.render();
  }

  private static String verdict(ConfigCheck check) {
    List<String> unread =
        check.documents().stream()
            .filter(document -> !document.readable())
            .map(CheckedDocument::source)
            .toList();
    String clause =
        unread.isEmpty() ? "" : MESSAGES.text("config.check.unread", String.join(", ", unread));
    int read = check.documents().size() - unread.size();
    return MESSAGES.text("config.check.verdict", read, counted(check.problems().size()), clause);
  }

  private static String counted(int problems) {
    return switch (problems) {
      case 0 -> MESSAGES.text("config.check.problems.none");
      case 1 -> MESSAGES.text("config.check.problems.one");
      default -> MESSAGES.text("config.check.problems.many", problems);
    };
  }

  /** Keys are those of docs/configuration.md; arrays are never null. */
  static Map<String, Object> json(ConfigCheck check) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("host", check.host());
    json.put("overrides", check.overrides());
    json.put("documents", check.documents().stream().map(ConfigCheckText::json).toList());
    json.put("problems", places(check.problems()));
    json.put("remarks", places(check.remarks()));
    json.put("notes", check.notes());
    return json;
  }

  private static Map<String, Object> json(CheckedDocument document) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", document.source());
    json.put("schema", document.schema());
    json.put("problems", document.problems().size());
    document.unreadable().ifPresent(why -> json.put("unreadable", why));
    return json;
  }

  private static List<Map<String, Object>> places(List<Problem> problems) {
    return problems.stream().map(ConfigCheckText::json).toList();
  }

  private static Map<String, Object> json(Problem problem) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("file", problem.source());
    json.put("line", problem.line());
    json.put("column", problem.column());
    if (!problem.key().isEmpty()) {
      json.put("key", problem.key());
    }
    json.put("message", problem.flaw());
    return json;
  }
}
