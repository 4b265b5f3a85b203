package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.NodeJson;
import org.sobre.jobs.template.BatchTemplate;
import org.sobre.jobs.template.TemplateCatalog;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sobre template list}: every batch file a name would find. */
@Command(
    name = "list",
    description = "List the batch files, with what each asks Slurm for.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre template list",
      "  sobre template list --format json | jq -r '.templates[].name'"
    })
final class TemplateListCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(TemplateListCommand.class);

  /** How the list is printed. */
  enum Format {
    table,
    json
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  @Spec private @Nullable CommandSpec spec;

  /** A template and where it lies. */
  private record Listed(BatchTemplate template, Path file) {}

  @Override
  public Integer call() throws IOException {
    CommandLine line = requireNonNull(spec).commandLine();
    List<Listed> found = new ArrayList<>();
    int status = ExitCode.DONE;
    for (Path file : TemplateCommand.catalog().list().values()) {
      try {
        found.add(new Listed(TemplateCatalog.read(file), file));
      } catch (IOException e) {
        line.getErr().println("sobre: " + Main.inputOutput(e));
        status = ExitCode.INPUT_OUTPUT;
      }
    }
    line.getOut()
        .print(
            switch (format) {
              case table -> table(found);
              case json -> json(found);
            });
    line.getOut().flush();
    return status;
  }

  private static String table(List<Listed> found) {
    PlainTable table =
        new PlainTable()
            .text(MESSAGES.text("template.heading.template"))
            .text(MESSAGES.text("template.heading.gpus"))
            .text(MESSAGES.text("template.heading.title"));
    for (Listed listed : found) {
      table.row(
          listed.template().name(),
          listed.template().option("gres").orElse("-"),
          listed.template().title().orElse("-"));
    }
    return table.render();
  }

  private static String json(List<Listed> found) {
    List<Map<String, Object>> templates = new ArrayList<>();
    for (Listed listed : found) {
      BatchTemplate template = listed.template();
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", template.name());
      template.title().ifPresent(title -> json.put("title", title));
      template.option("gres").ifPresent(gres -> json.put("gres", gres));
      template.option("constraint").ifPresent(constraint -> json.put("constraint", constraint));
      template.option("array").ifPresent(array -> json.put("array", array));
      template.profile().ifPresent(profile -> json.put("profile", profile));
      json.put("file", listed.file().toString());
      templates.add(json);
    }
    return NodeJson.render(Map.of("templates", templates));
  }
}
