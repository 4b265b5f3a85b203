package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.calibration.CalibrationLine;
import org.sobre.jobs.calibration.CalibrationStore;
import org.sobre.jobs.calibration.Peak;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.jobs.profile.UnknownProfileException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre profile forget}: what ran out of memory, and what was measured, counts no more. */
@Command(
    name = "forget",
    description = {
      "Forget which batches of a profile ran out of memory here, and what batches took.",
      "For you alone: what the site has measured counts for others as before."
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  sobre profile forget sd21-finetune --dry-run")
final class ProfileForgetCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(ProfileForgetCommand.class);

  @Option(names = "--dry-run", description = "Say what is remembered, and forget nothing.")
  private boolean dryRun;

  @Parameters(index = "0", paramLabel = "PROFILE", description = "Name, or path of a file.")
  private String name = "";

  @ParentCommand private @Nullable ProfileCommand profiles;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException {
    ModelsConfig models = ModelsConfig.from(requireNonNull(profiles).loadConfig().models());
    CalibrationStore store =
        CalibrationFiles.ofThisUser(models)
            .orElseThrow(() -> new Failure(ExitCode.INPUT_OUTPUT, MESSAGES.text("calibrate.home")));
    List<CalibrationLine> known = store.read(name);
    String profile = known.isEmpty() ? profile() : name;
    List<CalibrationLine> lines =
        dryRun
            ? store.read(profile)
            : store.forget(profile, Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS));
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    String count = lines.isEmpty() ? "forget.none" : dryRun ? "forget.known" : "forget.done";
    out.println(MESSAGES.text(count, profile, lines.size()));
    lines.forEach(line -> out.println("  " + text(line)));
    out.flush();
    return ExitCode.DONE;
  }

  /** Of a profile that is there; one that is gone may still be remembered, by its name. */
  private String profile() throws IOException, ConfigurationException {
    try {
      return WrapperCommand.catalog().load(name).name();
    } catch (UnknownProfileException e) {
      throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  private static String text(CalibrationLine line) {
    return MESSAGES.text(
        "forget." + line.kind().name().toLowerCase(Locale.ROOT),
        line.at().atZone(ZoneOffset.UTC).toLocalDate(),
        line.key().arch(),
        line.key().variant(),
        line.batch(),
        gigabytes(line.budget()),
        line.peak().map(Peak::taken).map(ProfileForgetCommand::gigabytes).orElse(""));
  }

  private static String gigabytes(MemorySize size) {
    Locale locale = Language.current().locale();
    return MESSAGES.text("gigabytes", String.format(locale, "%.1f", size.gigabytes()));
  }
}
