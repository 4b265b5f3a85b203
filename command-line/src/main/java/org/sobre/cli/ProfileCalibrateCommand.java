package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.engine.CalibrationRun;
import org.sobre.jobs.engine.PlanningException;
import org.sobre.jobs.launch.CommandTemplate;
import org.sobre.jobs.launch.SignalRelay;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.plan.Advice;
import org.sobre.jobs.profile.MemoryModel;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;
import org.sobre.jobs.profile.UnknownProfileException;
import org.sobre.slurm.job.Allocation;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre profile calibrate}: a few short runs, and a straight line through them. */
@Command(
    name = "calibrate",
    description = {
      "Measure by a few short runs what a profile's batches take here.",
      "The next batches on cards of the kind are sized by it."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  sobre profile calibrate sd21-finetune -- \\",
      "      python3 train.py --batch={batch_size} --max_steps=3",
      "",
      "A run must have a step of the optimizer and the longest sample in it.",
      "69 if not even one item fits; else the status of a command that failed."
    })
final class ProfileCalibrateCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(ProfileCalibrateCommand.class);
  private static final String BATCH = "batch_size";
  private static final int FEWEST = 2;
  private static final int MOST = 16;

  @Option(
      names = "--probes",
      paramLabel = "N",
      defaultValue = "4",
      description = "How many runs at the most; by default ${DEFAULT-VALUE}.")
  private int probes;

  @Option(
      names = "--from",
      paramLabel = "BATCH",
      description = "The batch to begin with; by default half of what is planned.")
  private @Nullable Integer from;

  @Option(
      names = "--allow-reduced",
      description = "Take a variant of the profile that loses something, if no other fits.")
  private boolean allowReduced;

  @Parameters(index = "0", paramLabel = "PROFILE", description = "Name, or path of a file.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "Program and arguments of a short run, after --, with {batch_size}.")
  private List<String> command = new ArrayList<>();

  @ParentCommand private @Nullable ProfileCommand profiles;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    refuseWrongNumbers();
    ModelProfile profile = profile();
    if (!CommandTemplate.asksFor(command, BATCH)) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("calibrate.batch", "{" + BATCH + "}"));
    }
    CommandLine line = requireNonNull(spec).commandLine();
    boolean inSlurm = Allocation.of(System.getenv(), Optional.empty()).job().isPresent();
    Optional<SobreConfig> config = config(line);
    ModelsConfig models =
        config.map(known -> ModelsConfig.from(known.models())).orElse(ModelsConfig.NONE);
    CalibrationStore store =
        CalibrationFiles.ofThisUser(models)
            .orElseThrow(() -> new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("calibrate.home")));
    CalibrationRun run =
        new CalibrationRun(
            System.getenv(),
            SysRoot.machine(),
            new CommonsExecToolRunner(),
            config
                .map(known -> DiscoveryConfig.from(known.discovery()).nvidiaSmi())
                .orElse(WrapperCommand.NVIDIA_SMI),
            inSlurm || SlurmAtHand.isThere(config, System.getenv()) ? Advice.SLURM : Advice.STATION,
            models,
            SignalRelay.forThisProcess(System.getenv()),
            store,
            Clock.systemUTC(),
            line.getOut(),
            line.getErr());
    try {
      OptionalInt first = from == null ? OptionalInt.empty() : OptionalInt.of(from);
      return status(run.run(command, profile, allowReduced, first, probes));
    } catch (PlanningException e) {
      throw new Failure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private static int status(CalibrationRun.Result result) {
    return switch (result.ending()) {
      case MEASURED -> ExitCode.DONE;
      case NOTHING_FITS -> throw new Failure(ExitCode.UNAVAILABLE, result.message());
      case UNTOLD -> throw new Failure(ExitCode.BAD_DATA, result.message());
      case UNKEPT -> throw new Failure(ExitCode.INPUT_OUTPUT, result.message());
      case FAILED -> throw new Failure(result.status(), result.message());
    };
  }

  private void refuseWrongNumbers() {
    if (probes < FEWEST || probes > MOST) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("calibrate.probes", FEWEST, MOST, probes));
    }
    if (from != null && (from < 1 || from > MemoryModel.LARGEST_BATCH)) {
      throw new Failure(
          ExitCode.USAGE, MESSAGES.text("calibrate.from", MemoryModel.LARGEST_BATCH, from));
    }
  }

  private ModelProfile profile() throws IOException, ConfigurationException {
    try {
      ModelProfile profile = WrapperCommand.catalog().load(name);
      if (profile.device() != Processor.GPU) {
        throw new Failure(ExitCode.USAGE, MESSAGES.text("calibrate.cpu", profile.name()));
      }
      return profile;
    } catch (UnknownProfileException e) {
      throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** One that cannot be read is told, and stops nobody from measuring. */
  private Optional<SobreConfig> config(CommandLine line) {
    try {
      return Optional.of(requireNonNull(profiles).loadConfig());
    } catch (IOException e) {
      line.getErr().println("sobre: " + MESSAGES.text("warning", Main.inputOutput(e)));
      return Optional.empty();
    }
  }
}
