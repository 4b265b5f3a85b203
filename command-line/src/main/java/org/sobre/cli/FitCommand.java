package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.Version;
import org.sobre.slurm.gres.FeatureLadder;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre fit}: which models run on which cards, with what batch, and how to ask for them. */
@Command(
    name = "fit",
    description = {
      "Say on which cards a model runs, with what batch, and what to give to sbatch for them.",
      "Without --vram, --gpu or --cluster: on the cards of the cluster if Slurm answers, else on"
          + " those of this machine."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:something fits",
      "69:nothing does, or there are no cards to try",
      "78:a profile, or the configuration, has problems"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre fit sd21-finetune",
      "  sobre fit sd21-finetune --vram 16GB,24GB,96GB --allow-reduced",
      "  sobre fit sd15-lora --gpu 'RTX 3090' --format json | jq -r '.[].verdict'",
      "  sobre fit --parameters 8.03G --tokens 4096 --precision int8 --vram 16GB,24GB"
    })
final class FitCommand implements Callable<Integer> {

  /** How it is printed. */
  enum Format {
    table,
    json
  }

  private static final Messages MESSAGES = Messages.of(FitCommand.class);
  private static final int MOST_GPUS = 1024;
  private static final int MOST_ITEMS = 1 << 24;

  @Parameters(
      arity = "0..*",
      paramLabel = "PROFILE",
      description =
          "Profiles, by name or path of a file: sobre profile list. Without one: all, in short.")
  private List<String> names = new ArrayList<>();

  @Mixin private FitTarget target = new FitTarget();

  @Option(
      names = "--gpus",
      paramLabel = "N",
      defaultValue = "1",
      description = "Cards that a job has; by default ${DEFAULT-VALUE}.")
  private int gpus = 1;

  @Option(
      names = "--effective-batch",
      paramLabel = "N",
      description = "Items between two updates over all cards, instead of the profile's.")
  private @Nullable Integer effectiveBatch;

  @Option(
      names = "--allow-reduced",
      description = "Take a variant of the profile that loses something, if no other fits.")
  private boolean allowReduced;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  @ArgGroup(exclusive = false)
  private @Nullable PriorOptions prior;

  @ParentCommand private @Nullable SobreCommand sobre;
  @Spec private @Nullable CommandSpec spec;

  private final Function<DiscoveryConfig, NodeScan> scans;
  private final ToolRunner tools;

  FitCommand() {
    this(NodeScan::ofThisMachine, new CommonsExecToolRunner());
  }

  FitCommand(Function<DiscoveryConfig, NodeScan> scans, ToolRunner tools) {
    this.scans = scans;
    this.tools = tools;
  }

  @Override
  public Integer call() throws IOException, ConfigurationException {
    refuseUnless("--gpus", gpus, MOST_GPUS);
    if (effectiveBatch != null) {
      refuseUnless("--effective-batch", effectiveBatch, MOST_ITEMS);
    }
    SobreCommand root = requireNonNull(sobre);
    if (root.configFile().isPresent()) {
      // what was named is not passed over, though sizes and models need nothing of it
      root.loadConfig().problems().refuseIfAny();
    }
    boolean all = names.isEmpty() && prior == null;
    FitProfiles chosen =
        all ? FitProfiles.all(line().getErr()) : new FitProfiles(named(), ExitCode.DONE);
    List<FitRow> rows = print(chosen.profiles(), cards(chosen.profiles()));
    if (chosen.status() != ExitCode.DONE) {
      return chosen.status();
    }
    return rows.stream().anyMatch(FitRow::fits) ? ExitCode.DONE : ExitCode.UNAVAILABLE;
  }

  /** Where no profile runs on a GPU none is looked for. */
  private FitSource.Cards cards(List<ModelProfile> profiles)
      throws IOException, ConfigurationException {
    boolean needed =
        profiles.isEmpty()
            || profiles.stream().anyMatch(profile -> profile.device() == Processor.GPU);
    if (target.isNamed()) {
      sayOnProcessors(profiles);
    }
    return needed
        ? new FitSource(requireNonNull(sobre), scans, tools, line().getErr()).cards(target)
        : new FitSource.Cards(List.of(), Advice.SLURM);
  }

  /** Cards were named, and some of the profiles that were need none. */
  private void sayOnProcessors(List<ModelProfile> profiles) {
    List<String> those =
        profiles.stream().filter(p -> p.device() == Processor.CPU).map(ModelProfile::name).toList();
    if (!names.isEmpty() && !those.isEmpty()) {
      line()
          .getErr()
          .println("sobre: " + MESSAGES.text("fit.processors", String.join(", ", those)));
      line().getErr().flush();
    }
  }

  private List<FitRow> print(List<ModelProfile> profiles, FitSource.Cards cards) {
    BatchPlanner planner = planner(cards.advice());
    FitTrial trial = new FitTrial(planner, gpus, allowReduced);
    List<FitRow> rows =
        profiles.stream()
            .map(this::asAsked)
            .flatMap(profile -> trial.rows(profile, cards.all()).stream().map(row -> told(row)))
            .toList();
    boolean explained = !names.isEmpty() || prior != null;
    String text =
        switch (format) {
          case table -> new FitTable(planner, explained).render(rows);
          case json -> FitJson.render(rows, gpus);
        };
    line().getOut().print(text);
    line().getOut().flush();
    return rows;
  }

  /** Of a model without a profile: by what its figures were computed, where nobody said. */
  private FitRow told(FitRow row) {
    boolean computed = prior != null && row.profile().name().equals(model().name());
    return computed
        ? model()
            .assumed()
            .map(taken -> row.saying(MESSAGES.text("fit.assumed", taken)))
            .orElse(row)
        : row;
  }

  /** Beside the tables, that JSON stays JSON. */
  private void written(Path file) {
    // a word without a slash would be looked up as a name
    String name = file.toString().contains("/") ? file.toString() : "./" + file;
    line().getErr().println("sobre: " + MESSAGES.text("fit.written", file, model().task(), name));
    line().getErr().flush();
  }

  private PriorModel model() {
    return new PriorModel(requireNonNull(prior));
  }

  private CommandLine line() {
    return requireNonNull(spec).commandLine();
  }

  private static void refuseUnless(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.number", option, most, value));
    }
  }

  private List<ModelProfile> named() throws IOException, ConfigurationException {
    List<ModelProfile> profiles = new ArrayList<>(FitProfiles.called(names));
    if (prior != null) {
      profiles.add(model().profile());
      model().write(effectiveBatch).ifPresent(this::written);
    }
    return profiles;
  }

  private ModelProfile asAsked(ModelProfile profile) {
    return effectiveBatch == null ? profile : profile.withEffectiveBatch(effectiveBatch);
  }

  private static BatchPlanner planner(Advice advice) {
    List<Version> capabilities =
        FeatureLadder.computeCapabilities().stream()
            .flatMap(text -> Version.parse(text).stream())
            .toList();
    return new BatchPlanner(FeatureLadder.GIGABYTES, capabilities, advice);
  }
}
