package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.node.NodeJson;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre config check}: every problem of every document of Sobre on this machine. */
@Command(
    name = "check",
    description = {
      "Check sobre.yaml, factors, labs, policy, GPU catalogue and profiles: all problems, with their places.",
      "Overrides for other hosts are checked too."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:no problem",
      "74:no problem, but a document that cannot be read",
      "78:at least one problem"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre config check",
      "  sobre config check --config ./sobre.yaml --host r410-07",
      "  sobre config check --format json | jq -r '.problems[].message'"
    })
final class ConfigCheckCommand implements Callable<Integer> {

  /** How the findings are printed. */
  enum Format {
    table,
    json
  }

  @Option(
      names = "--host",
      paramLabel = "NAME",
      description = "Host whose overrides are named; by default this one.")
  private @Nullable String host;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  @ParentCommand private @Nullable ConfigCommand config;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    SobreCommand sobre = requireNonNull(config).sobre();
    String checked = sobre.hostOr(Optional.ofNullable(host));
    ConfigCheck check = new ConfigCheck(checked, checked.equals(sobre.hostOr(Optional.empty())));
    check.configuration(sobre.configFile());
    check.factors(
        List.of(ReportFiles.SITE_FACTORS, SobreCommand.shareDirectory().resolve("factors.yaml")));
    check.labs(ReportFiles.SITE_LABS);
    check.policy(PolicySources.SITE_POLICY);
    check.catalog(GpuCatalogFiles.ofThisMachine());
    check.profiles(WrapperCommand.catalog());
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    out.print(
        switch (format) {
          case table -> ConfigCheckText.of(check);
          case json -> NodeJson.render(ConfigCheckText.json(check));
        });
    out.flush();
    return status(check);
  }

  private static int status(ConfigCheck check) {
    if (!check.problems().isEmpty()) {
      return ExitCode.BAD_CONFIGURATION;
    }
    return check.documents().stream().allMatch(CheckedDocument::readable)
        ? ExitCode.DONE
        : ExitCode.INPUT_OUTPUT;
  }
}
