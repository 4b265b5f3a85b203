package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.ProfileReader;
import org.sobre.slurm.fleet.FleetDirectory;
import org.sobre.slurm.fleet.FleetDirectory.Contents;
import org.sobre.slurm.fleet.FleetDirectory.Present;
import org.sobre.slurm.fleet.FleetDirectory.Refused;
import org.sobre.slurm.fleet.HostRange;
import org.sobre.slurm.gres.FeatureLadder;
import org.sobre.slurm.job.NodeList;
import org.sobre.slurm.policy.PolicyCompiler;
import org.sobre.slurm.policy.PolicyOptions;
import org.sobre.slurm.policy.PolicyTable;
import org.sobre.slurm.policy.PolicyTable.CardNeed;
import org.sobre.slurm.policy.PolicyTable.ProfileNeed;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What a policy is made of: the nodes' documents, the site's profiles, policy.yaml. */
final class PolicySources {

  /** Where Slurm looks for the script, beside slurm.conf. */
  static final Path INSTALLED = Path.of("/etc/slurm/job_submit.lua");

  private static final Messages MESSAGES = Messages.of(PolicySources.class);
  private static final Path SITE = Path.of("/etc/sobre");

  /** A card has N GB with as much of each: {@link MemorySize#hasGigabytes}. */
  private static final long MEGABYTES_OF_FLOOR = 990;

  /** The site's choices. */
  static final Path SITE_POLICY = SITE.resolve("policy.yaml");

  @Option(
      names = "--fleet",
      paramLabel = "DIR",
      description =
          "Where the nodes' documents are: NODE/node.json, or NODE.json. By default the ledger's"
              + " directory.")
  private @Nullable Path fleet;

  @Option(
      names = "--policy",
      paramLabel = "FILE",
      description =
          "The site's choices, instead of /etc/sobre/policy.yaml; without either the defaults"
              + " hold.")
  private @Nullable Path policy;

  @Option(
      names = "--leave-out",
      paramLabel = "NODES",
      description = "Nodes whose documents are not used: gpu[01-03],old7.")
  private @Nullable String leaveOut;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec mixee;

  /**
   * Everything read.
   *
   * @param nodes how many documents it is made of
   * @param silent nodes with a place there and no document: their cards are not in the table
   */
  record Read(PolicyTable table, int nodes, List<String> silent) {
    Read {
      silent = List.copyOf(silent);
    }
  }

  /**
   * @throws Failure if a document cannot be used, or there is none with a GPU: a table without them
   *     would refuse jobs that have a place
   */
  Read read(SobreCommand sobre) throws IOException, ConfigurationException {
    PolicyOptions options = options().in(sobre.languageOfSite());
    Map<String, ProfileNeed> needs = needs();
    Path directory = fleet == null ? ledger(sobre) : fleet;
    Contents contents = new FleetDirectory(directory).read(leftOut());
    refuse(contents.refused());
    List<Present> present = contents.present();
    PolicyTable table =
        PolicyCompiler.compile(present.stream().map(Present::document).toList(), needs, options);
    if (table.cards().isEmpty()) {
      throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("policy.noGpu", directory));
    }
    return new Read(table, present.size(), contents.silent());
  }

  private static Path ledger(SobreCommand sobre) throws IOException, ConfigurationException {
    SobreConfig config = sobre.loadConfig();
    LedgerConfig ledger = LedgerConfig.from(config.ledger());
    config.problems().refuseIfAny();
    return ledger.directory();
  }

  private PolicyOptions options() throws IOException, ConfigurationException {
    Path file = policy == null ? SITE_POLICY : policy;
    if (policy == null && !Files.exists(file)) {
      return PolicyOptions.DEFAULT;
    }
    Problems problems = new Problems();
    PolicyOptions options = PolicyOptions.from(YamlDocument.read(file, problems));
    problems.refuseIfAny();
    return options;
  }

  /** The site's and the shipped ones: a profile in somebody's home is nothing to the cluster. */
  private static Map<String, ProfileNeed> needs() throws IOException, ConfigurationException {
    ProfileCatalog catalog =
        new ProfileCatalog(
            List.of(SITE.resolve("profiles"), SobreCommand.shareDirectory().resolve("profiles")));
    Map<String, ProfileNeed> needs = new TreeMap<>();
    for (Map.Entry<String, Path> entry : catalog.list().entrySet()) {
      needs.put(entry.getKey(), need(ProfileReader.read(entry.getValue())));
    }
    return needs;
  }

  static ProfileNeed need(ModelProfile profile) {
    if (profile.device() == Processor.CPU) {
      return ProfileNeed.ofProcessors();
    }
    return ProfileNeed.ofGpus(
        Set.copyOf(profile.requires().vendors()), cards(profile, false), cards(profile, true));
  }

  private static Optional<CardNeed> cards(ModelProfile profile, boolean reduced) {
    BatchPlanner planner = new BatchPlanner(FeatureLadder.GIGABYTES);
    OptionalInt size = planner.smallestClass(profile, reduced);
    if (size.isEmpty()) {
      return Optional.empty();
    }
    long least =
        Math.max(
            profile.floor().map(floor -> floor.gigabytes() * MEGABYTES_OF_FLOOR).orElse(0L),
            planner.leastMemory(profile, reduced).map(MemorySize::bytes).orElse(0L) / 1_000_000);
    return Optional.of(
        new CardNeed(
            size.getAsInt(),
            least,
            planner
                .leastCapability(profile, size, reduced)
                .flatMap(capability -> FeatureLadder.capabilityRungFor(capability.toString()))));
  }

  private Set<String> leftOut() {
    if (leaveOut == null) {
      return Set.of();
    }
    List<String> names = NodeList.expand(leaveOut);
    if (names.isEmpty()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fleet.names", "--leave-out", leaveOut));
    }
    return new HashSet<>(names);
  }

  private void refuse(List<Refused> refused) {
    if (refused.isEmpty()) {
      return;
    }
    PrintWriter err = requireNonNull(mixee).commandLine().getErr();
    refused.forEach(
        one ->
            err.println(
                "sobre: "
                    + FleetGres.oneLine(MESSAGES.text("fleet.refused", one.file(), one.why()))));
    String nodes = HostRange.compress(refused.stream().map(Refused::node).toList());
    throw new Failure(ExitCode.BAD_DATA, MESSAGES.text("policy.refused", nodes));
  }
}
