package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Clock;
import java.util.Arrays;
import java.util.Iterator;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeJson;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.SlurmRelease;
import org.sobre.slurm.command.SlurmdVersion;
import org.sobre.slurm.gres.GresOptions;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.gres.Offer;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.node.SlurmConfig;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code sobre gres}: this node, or with {@code --fleet} all nodes, in Slurm's words. */
@Command(
    name = "gres",
    description = "Show what Slurm is told of this node, or with --fleet of all nodes.",
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "65:with --fleet: a document cannot be used, or something would be lost; nothing is written",
      "74:something cannot be read or written"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre gres                       lines for gres.conf",
      "  sobre gres --format slurmd       for slurmd -Z --conf",
      "  sobre gres --format slurm.conf   what the controller's slurm.conf needs",
      "  sobre gres --fleet /shared/sobre/ledger --format slurm.conf \\",
      "      --output /etc/slurm/nodes.conf       NodeName= lines of all nodes"
    })
final class GresCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(GresCommand.class);

  /** A text for one of Slurm's readers, by the name it has on the command line. */
  enum Format {
    GRES_CONF("gres.conf"),
    SLURMD("slurmd"),
    NODE("node"),
    SLURM_CONF("slurm.conf"),
    JSON("json");

    private final String word;

    Format(String word) {
      this.word = word;
    }

    String render(SlurmNode node) {
      return switch (this) {
        case GRES_CONF -> GresRenderer.gresConf(node);
        case SLURMD -> GresRenderer.slurmdConf(node) + "\n";
        case NODE -> GresRenderer.nodeLine(node);
        case SLURM_CONF -> GresRenderer.slurmConf(node);
        case JSON -> NodeJson.render(GresRenderer.document(node));
      };
    }

    @Override
    public String toString() {
      return word;
    }
  }

  /** The words of {@link Format}, for the help and for what is typed. */
  static final class Words implements Iterable<String>, ITypeConverter<Format> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Format.values()).map(Format::toString).iterator();
    }

    @Override
    public Format convert(String typed) {
      return Arrays.stream(Format.values())
          .filter(format -> format.word.equals(typed))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      MESSAGES.text("expected.oneOf", String.join(", ", this), typed)
                          + Suggestion.clause(
                              typed, Arrays.stream(Format.values()).map(f -> f.word).toList())));
    }
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "gres.conf",
      completionCandidates = Words.class,
      converter = Words.class,
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Format format = Format.GRES_CONF;

  @ArgGroup(exclusive = false)
  private @Nullable FleetOptions fleet;

  @ParentCommand private @Nullable SobreCommand sobre;
  @Spec private @Nullable CommandSpec spec;

  private final Function<DiscoveryConfig, NodeScan> scans;

  private final ToolRunner tools;

  GresCommand() {
    this(NodeScan::ofThisMachine, new CommonsExecToolRunner());
  }

  GresCommand(Function<DiscoveryConfig, NodeScan> scans, ToolRunner tools) {
    this.scans = scans;
    this.tools = tools;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    CommandLine line = requireNonNull(spec).commandLine();
    if (fleet != null) {
      return new FleetGres(fleet, line.getOut(), line.getErr(), Clock.systemUTC()).write(format);
    }
    SobreConfig config = requireNonNull(sobre).loadConfig();
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    config.problems().refuseIfAny();
    NodeDescription description = scans.apply(discovery).scan();
    GresOptions options =
        new GresOptions(
            slurm.shardMebibytes(), SlurmdVersion.ask(tools).flatMap(SlurmRelease::parse));
    Offer offer = Offer.of(description.gpus(), discovery.offerFrom(), options);

    line.getOut().print(format.render(SlurmNode.of(description, offer)));
    line.getOut().flush();
    UnofferedGpus.complain(description, discovery.offerFrom(), offer.heldBack(), line.getErr());
    return ExitCode.DONE;
  }
}
