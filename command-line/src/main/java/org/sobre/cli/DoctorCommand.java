package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;
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
import org.sobre.hardware.probe.ToolResult;
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

  private static final List<String> SLURM_COMMANDS = List.of("scontrol", "sacct", "slurmd");
  private static final Duration SLURM_DEADLINE = Duration.ofSeconds(3);

  /** Asked for their version, they would look for the cluster first; an empty file stops them. */
  private static final Map<String, String> NO_CLUSTER = Map.of("SLURM_CONF", "/dev/null");

  @ParentCommand private @Nullable SobreCommand sobre;
  @Spec private @Nullable CommandSpec spec;

  private final Function<DiscoveryConfig, NodeScan> scans;
  private final ToolRunner runner;
  private final SysRoot root;

  DoctorCommand() {
    this(NodeScan::ofThisMachine, new CommonsExecToolRunner(), SysRoot.machine());
  }

  DoctorCommand(Function<DiscoveryConfig, NodeScan> scans, ToolRunner runner, SysRoot root) {
    this.scans = scans;
    this.runner = runner;
    this.root = root;
  }

  @Override
  public Integer call() throws IOException {
    SobreConfig config = requireNonNull(sobre).loadConfig();
    WholeConfig whole = WholeConfig.of(config);
    DiscoveryConfig discovery = whole.discovery();
    NodeDescription node = scans.apply(discovery).scan();

    List<Finding> findings = new ArrayList<>(NodeFindings.of(node, discovery.offerFrom()));
    config.problems().all().forEach(problem -> findings.add(ofConfiguration(problem)));
    findings.addAll(PowercapAccess.findings(root));
    findings.addAll(ServiceFindings.of(root, whole));
    SLURM_COMMANDS.forEach(command -> findings.add(ofSlurm(command)));

    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    out.println("Node " + node.node() + ", configuration " + config.source());
    out.println();
    out.print(probes(node.probes()));
    out.println();
    for (Severity severity : List.of(Severity.PROBLEM, Severity.WARNING, Severity.NOTE)) {
      print(severity, findings, out);
    }
    return verdict(findings, out);
  }

  private static Finding ofConfiguration(Problem problem) {
    return new Finding(Severity.PROBLEM, "configuration", problem.toString());
  }

  /** Whether it is there and starts; only slurmd tells its version without a cluster. */
  private Finding ofSlurm(String command) {
    ToolResult result = runner.run(List.of(command, "-V"), NO_CLUSTER, SLURM_DEADLINE);
    return switch (result.ending()) {
      case EXITED ->
          new Finding(
              Severity.NOTE,
              command,
              result.succeeded() ? "is there, " + result.stdout().strip() : "is there");
      case NOT_FOUND ->
          new Finding(Severity.NOTE, command, "not on PATH; not needed on a station of its own");
      case TIMED_OUT, NOT_STARTED, TOO_MUCH_OUTPUT ->
          new Finding(
              Severity.WARNING,
              command,
              "expected it to start, found: "
                  + (result.stderr().isBlank() ? result.ending() : result.stderr().strip()));
    };
  }

  private static String probes(List<ProbeReport> probes) {
    PlainTable table =
        new PlainTable().text("PROBE").text("OUTCOME").number("SECONDS").text("SAID");
    for (ProbeReport probe : probes) {
      table.row(
          probe.name(),
          probe.outcome().jsonName(),
          String.format(Locale.ROOT, "%.2f", probe.took().toMillis() / 1e3),
          probe.detail().orElse(""));
    }
    return table.render();
  }

  private static void print(Severity severity, List<Finding> findings, PrintWriter out) {
    String name = severity.name().charAt(0) + severity.name().substring(1).toLowerCase(Locale.ROOT);
    findings.stream()
        .filter(finding -> finding.severity() == severity)
        .forEach(finding -> out.println(name + ": " + finding));
  }

  private static int verdict(List<Finding> findings, PrintWriter out) {
    long problems = count(findings, Severity.PROBLEM);
    long warnings = count(findings, Severity.WARNING);
    String plural = problems == 1 ? " needs" : "s need";
    out.println();
    out.println(
        problems == 0
            ? "Verdict: nothing needs attention" + (warnings == 0 ? "." : ", see the warnings.")
            : "Verdict: " + problems + " problem" + plural + " attention.");
    out.flush();
    return problems == 0 ? ExitCode.DONE : ExitCode.UNAVAILABLE;
  }

  private static long count(List<Finding> findings, Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }
}
