package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeFindings;
import org.sobre.hardware.node.NodeJson;
import org.sobre.hardware.node.NodeScan;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre discover}: what this node is made of. */
@Command(
    name = "discover",
    description = "Show this node's GPUs, processors and energy meters.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre discover",
      "  sobre discover --format json | jq '.gpus[] | select(.offered) | .model'",
      "  nvidia-smi -q -x > n042.xml; sobre discover --from n042.xml",
      "  sobre discover --together --from n042.xml n042_L.txt n042_topo-m.txt",
      "",
      "Ends with 0 also where a GPU is lost or cannot be read: it is listed with its",
      "state, and standard error says why. See also: sobre doctor"
    })
final class DiscoverCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(DiscoverCommand.class);

  /** How the description is printed. */
  enum Format {
    table,
    json,
    yaml
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  @Option(
      names = "--from",
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Show what these recorded outputs of nvidia-smi, amd-smi or rocm-smi say, one machine a"
              + " file, instead of this node; a directory is read whole, - is standard input.")
  private List<Path> from = List.of();

  @Option(
      names = "--together",
      description = "With --from: the files are outputs of one machine and complete each other.")
  private boolean together;

  @ParentCommand private @Nullable SobreCommand sobre;
  @Spec private @Nullable CommandSpec spec;

  private final Function<DiscoveryConfig, NodeScan> scans;

  DiscoverCommand() {
    this(NodeScan::ofThisMachine);
  }

  DiscoverCommand(Function<DiscoveryConfig, NodeScan> scans) {
    this.scans = scans;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    SobreConfig config = requireNonNull(sobre).loadConfig();
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    config.problems().refuseIfAny();
    if (!from.isEmpty()) {
      return recorded(discovery);
    }
    if (together) {
      throw new ParameterException(
          requireNonNull(spec).commandLine(), MESSAGES.text("discover.from.needed"));
    }
    NodeDescription node = scans.apply(discovery).scan();

    CommandLine line = requireNonNull(spec).commandLine();
    line.getOut().print(render(node, discovery));
    line.getOut().flush();
    complain(node, discovery, line.getErr());
    return ExitCode.DONE;
  }

  private int recorded(DiscoveryConfig discovery) {
    CommandLine line = requireNonNull(spec).commandLine();
    RecordedDiscovery files =
        new RecordedDiscovery(GpuCatalogFiles.ofThisMachine().load().catalog(), line.getErr());
    List<RecordedMachine> machines = together ? files.together(from) : files.each(from);
    String between = "";
    for (RecordedMachine machine : machines) {
      line.getOut().print(between + render(machine, discovery));
      machine.complaints().forEach(complaint -> line.getErr().println("sobre: " + complaint));
      between = format == Format.table ? "\n" : "";
    }
    line.getOut().flush();
    line.getErr().flush();
    return files.exitCode();
  }

  /** Several documents follow each other, as jq and YAML have them. */
  private String render(RecordedMachine machine, DiscoveryConfig discovery) {
    return switch (format) {
      case table -> machine.table(discovery.offerFrom());
      case json -> NodeJson.render(machine.document(discovery.offerFrom()));
      case yaml -> "---\n" + yaml(machine.document(discovery.offerFrom()));
    };
  }

  private String render(NodeDescription node, DiscoveryConfig discovery) {
    Map<String, Object> document = NodeJson.document(node, discovery.offerFrom());
    return switch (format) {
      case table -> NodeTable.render(node, discovery.offerFrom());
      case json -> NodeJson.render(document);
      case yaml -> yaml(document);
    };
  }

  private static String yaml(Map<String, Object> document) {
    DumperOptions options = new DumperOptions();
    options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
    options.setDereferenceAliases(true);
    return new Yaml(options).dump(document);
  }

  private static void complain(NodeDescription node, DiscoveryConfig discovery, PrintWriter err) {
    for (Finding finding : NodeFindings.of(node, discovery.offerFrom())) {
      if (finding.severity() != Severity.NOTE) {
        err.println(
            "sobre: " + MESSAGES.text("discover.finding", finding.subject(), finding.text()));
      }
    }
    err.flush();
  }
}
