package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.accounting.store.RunDetails;
import org.sobre.cli.job.JobText;
import org.sobre.cli.job.RunningRuns;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.jobs.engine.PlanningException;
import org.sobre.jobs.engine.RunRequest;
import org.sobre.jobs.engine.WrappedRun;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.Task;
import org.sobre.jobs.profile.UnknownProfileException;
import org.sobre.jobs.station.MeteredRun;
import org.sobre.slurm.job.Allocation;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What {@code run}, {@code infer} and {@code finetune} have in common. */
abstract class WrapperCommand implements Callable<Integer> {

  /** For {@link WrappedRun} where no profile needs a tool. */
  static final String NVIDIA_SMI = "nvidia-smi";

  private static final Messages MESSAGES = Messages.of(WrapperCommand.class);

  /** As the daemon takes it. */
  private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  /** How a dry run is told. */
  enum Format {
    text,
    json
  }

  @Option(
      names = "--allow-reduced",
      description = "Take a variant of the profile that loses something, if no other fits.")
  private boolean allowReduced;

  @Option(
      names = "--items",
      paramLabel = "N",
      description = "How many items the command will have processed when it succeeds.")
  private @Nullable Long items;

  @Option(names = "--dry-run", description = "Say what would be run, and with what batch.")
  private boolean dryRun;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "Of a dry run: one of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Format format = Format.text;

  @Option(names = "--quiet", description = "No summary.")
  private boolean quiet;

  @Option(
      names = "--account",
      paramLabel = "NAME",
      description = "Whom to count for, on a station without Slurm; by default local.")
  private @Nullable String account;

  @Parameters(
      arity = "1..*",
      paramLabel = "COMMAND",
      description =
          "Program and arguments, after --. {batch_size}, {accumulation}, {gpus}, {resume}.")
  private List<String> command = new ArrayList<>();

  @ParentCommand private @Nullable SobreCommand sobre;
  private @Nullable CommandSpec spec;

  /** The words after the command's name are the command's own, whatever they look like. */
  @Spec
  void setSpec(CommandSpec spec) {
    spec.parser().stopAtPositional(true);
    this.spec = spec;
  }

  /** What the profile must be for; absent if any will do. */
  abstract Optional<Task> task();

  abstract Optional<String> profileName();

  /** Whether the command is started again with less, if it runs out of the card's memory. */
  abstract boolean retries();

  @Override
  public final Integer call() throws IOException, ConfigurationException {
    CommandLine line = requireNonNull(spec).commandLine();
    if (items != null && items < 0) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("items.negative", items));
    }
    if (format == Format.json && !dryRun) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("format.dryRun"));
    }
    boolean inSlurm = Allocation.of(System.getenv(), Optional.empty()).job().isPresent();
    refuseWrongAccount(inSlurm);
    Optional<ModelProfile> profile = profile();
    // inside a job that needs nothing of it the configuration is not read: it takes its time
    Optional<SobreConfig> config =
        profile.isPresent() || !inSlurm || requireNonNull(sobre).configFile().isPresent()
            ? config(line)
            : Optional.empty();
    ModelsConfig models = config.map(c -> ModelsConfig.from(c.models())).orElse(ModelsConfig.NONE);
    WrappedRun run =
        new WrappedRun(
            System.getenv(),
            SysRoot.machine(),
            new CommonsExecToolRunner(),
            config.map(c -> DiscoveryConfig.from(c.discovery()).nvidiaSmi()).orElse(NVIDIA_SMI),
            OutsideSlurm.of(
                config, requireNonNull(sobre).configFile(), Optional.ofNullable(account)),
            inSlurm || SlurmAtHand.isThere(config, System.getenv()) ? Advice.SLURM : Advice.STATION,
            models,
            SignalRelay.forThisProcess(System.getenv()),
            line.getOut(),
            line.getErr());
    run.withHint(of -> hint(of, profile.isPresent()));
    if (format == Format.json) {
      run.withJson();
    }
    if (profile.isPresent()) {
      CalibrationFiles.ofThisUser(models)
          .ifPresent(files -> run.withCalibration(files, Clock.systemUTC(), retries()));
    }
    OptionalLong count = items == null ? OptionalLong.empty() : OptionalLong.of(items);
    try {
      return run.execute(new RunRequest(command, profile, allowReduced, count, dryRun, quiet));
    } catch (PlanningException e) {
      throw new Failure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  /** Of what the daemon has seen of the whole job until now. */
  private static Optional<String> hint(MeteredRun run, boolean planned) {
    List<RunDetails> runs = RunningRuns.of(run.job().id(), List.of(run.socket())).runs();
    if (runs.isEmpty()) {
      return Optional.empty();
    }
    return planned ? JobText.hintBesidePlan(runs) : JobText.hint(runs);
  }

  private Optional<ModelProfile> profile() throws IOException, ConfigurationException {
    Optional<String> name = profileName();
    if (name.isEmpty()) {
      return Optional.empty();
    }
    try {
      ModelProfile profile = catalog().load(name.get());
      if (task().isPresent() && task().get() != profile.task()) {
        throw new Failure(
            ExitCode.USAGE,
            MESSAGES.text(
                "profile.otherTask",
                name.get(),
                profile.task().yamlName(),
                task().get().yamlName()));
      }
      return Optional.of(profile);
    } catch (UnknownProfileException e) {
      throw new Failure(
          ExitCode.USAGE, MESSAGES.text("profile.option", String.valueOf(e.getMessage())));
    }
  }

  static ProfileCatalog catalog() {
    return ProfileCatalog.standard(
        Path.of(System.getProperty("user.home", "/")), SobreCommand.shareDirectory());
  }

  private void refuseWrongAccount(boolean inSlurm) {
    if (account == null) {
      return;
    }
    if (!ACCOUNT.matcher(account).matches()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("account.form", account));
    }
    if (inSlurm) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("account.in.slurm", account));
    }
  }

  private static String warning(Object what) {
    return "sobre: " + MESSAGES.text("warning", what);
  }

  /**
   * A configuration that is wrong, or not to be read, is told and stops no job.
   *
   * @throws IOException if it is the file that was named: then it is the person's mistake
   */
  private Optional<SobreConfig> config(CommandLine line) throws IOException {
    SobreConfig config;
    try {
      config = requireNonNull(sobre).loadConfig();
    } catch (IOException e) {
      if (requireNonNull(sobre).configFile().isPresent()) {
        throw e;
      }
      line.getErr().println(warning(Main.inputOutput(e)));
      return Optional.empty();
    }
    for (Problem problem : config.problems().all()) {
      line.getErr().println(warning(problem));
    }
    return Optional.of(config);
  }
}
