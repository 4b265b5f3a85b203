package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.clock.WallClockTrust;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.gpu.PciScan;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.CatalogFindings;
import org.sobre.hardware.node.ConfiguredTools;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeFindings;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.node.PowercapAccess;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolRunner;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre doctor}: what was asked, what failed, what to do. */
@Command(
    name = "doctor",
    description = "Say what was probed on this node, what failed and what to do.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  sobre doctor || echo 'look at this node'",
      "",
      "Ends with 0 if nothing needs attention, else with 69."
    })
final class DoctorCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(DoctorCommand.class);

  @ParentCommand private @Nullable SobreCommand sobre;
  @Spec private @Nullable CommandSpec spec;

  private final Function<DiscoveryConfig, NodeScan> scans;
  private final ToolRunner runner;
  private final SysRoot root;
  private final GpuCatalogFiles catalog;

  DoctorCommand() {
    this(
        NodeScan::ofThisMachine,
        new CommonsExecToolRunner(),
        SysRoot.machine(),
        GpuCatalogFiles.ofThisMachine());
  }

  DoctorCommand(
      Function<DiscoveryConfig, NodeScan> scans,
      ToolRunner runner,
      SysRoot root,
      GpuCatalogFiles catalog) {
    this.scans = scans;
    this.runner = runner;
    this.root = root;
    this.catalog = catalog;
  }

  @Override
  public Integer call() throws IOException {
    SobreConfig config = requireNonNull(sobre).loadConfig();
    WholeConfig whole = WholeConfig.of(config);
    DiscoveryConfig discovery = whole.discovery();
    NodeDescription node = scans.apply(discovery).scan();

    List<Finding> findings = new ArrayList<>(NodeFindings.of(node, discovery.offerFrom()));
    config.problems().all().forEach(problem -> findings.add(ofConfiguration(problem)));
    ConfiguredTools.missing(config.discovery(), System.getenv("PATH"))
        .forEach(problem -> findings.add(ofConfiguration(problem)));
    findings.addAll(ofCatalog(node));
    findings.addAll(PowercapAccess.findings(root));
    MachineRole role = MachineRole.of(root, whole);
    findings.addAll(ServiceFindings.of(root, whole, role));
    findings.addAll(ClockFindings.of(WallClockTrust.of(root), Clock.systemUTC().instant()));
    findings.addAll(HealthFindings.of(root, whole, !node.gpus().isEmpty()));
    findings.addAll(RegistrationFindings.of(root));
    findings.addAll(new SlurmCommandFindings(runner, root).of(role));

    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    out.println(MESSAGES.text("doctor.node", node.node(), config.source()));
    out.println();
    out.print(probes(node.probes()));
    out.println();
    for (Severity severity : List.of(Severity.PROBLEM, Severity.WARNING, Severity.NOTE)) {
      print(severity, findings, out);
    }
    return verdict(findings, out);
  }

  private List<Finding> ofCatalog(NodeDescription node) {
    return new CatalogFindings(
            catalog.load().catalog(), catalog.site(), address -> PciScan.idOf(root, address))
        .of(node.gpus());
  }

  private static Finding ofConfiguration(Problem problem) {
    return new Finding(Severity.PROBLEM, "configuration", problem.toString());
  }

  private static String probes(List<ProbeReport> probes) {
    PlainTable table =
        new PlainTable()
            .text(MESSAGES.text("doctor.heading.probe"))
            .text(MESSAGES.text("doctor.heading.outcome"))
            .number(MESSAGES.text("doctor.heading.seconds"))
            .text(MESSAGES.text("doctor.heading.said"));
    for (ProbeReport probe : probes) {
      table.row(
          probe.name(),
          probe.outcome().jsonName(),
          Language.current().rounded(BigDecimal.valueOf(probe.took().toMillis(), 3), 2),
          probe.detail().orElse(""));
    }
    return table.render();
  }

  private static void print(Severity severity, List<Finding> findings, PrintWriter out) {
    String name = severity.name().toLowerCase(Locale.ROOT);
    findings.stream()
        .filter(finding -> finding.severity() == severity)
        .map(finding -> MESSAGES.text("doctor.finding." + name, finding.subject(), finding.text()))
        .forEach(out::println);
  }

  private static int verdict(List<Finding> findings, PrintWriter out) {
    long problems = count(findings, Severity.PROBLEM);
    long warnings = count(findings, Severity.WARNING);
    String good = warnings == 0 ? "doctor.verdict.good" : "doctor.verdict.warnings";
    String bad = problems == 1 ? "doctor.verdict.one" : "doctor.verdict.many";
    out.println();
    out.println(MESSAGES.text(problems == 0 ? good : bad, problems));
    out.flush();
    return problems == 0 ? ExitCode.DONE : ExitCode.UNAVAILABLE;
  }

  private static long count(List<Finding> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }
}
