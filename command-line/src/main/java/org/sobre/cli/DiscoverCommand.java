package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
    NodeDescription node = scans.apply(discovery).scan();

    CommandLine line = requireNonNull(spec).commandLine();
    line.getOut().print(render(node, discovery));
    line.getOut().flush();
    complain(node, discovery, line.getErr());
    return ExitCode.DONE;
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
