package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.plan.BatchPlanner;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.ProfileReader;
import org.sobre.slurm.gres.FeatureLadder;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sobre profile list}: every profile a name would find. */
@Command(
    name = "list",
    description = "List the profiles, with the smallest card each fits on.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  sobre profile list")
final class ProfileListCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(ProfileListCommand.class);

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandLine line = requireNonNull(spec).commandLine();
    PlainTable table =
        new PlainTable()
            .text(MESSAGES.text("profile.heading.profile"))
            .text(MESSAGES.text("profile.heading.task"))
            .text(MESSAGES.text("profile.heading.unit"))
            .number(MESSAGES.text("profile.heading.from"))
            .number(MESSAGES.text("profile.heading.reduced"))
            .text(MESSAGES.text("profile.heading.file"));
    int status = ExitCode.DONE;
    for (Map.Entry<String, Path> entry : WrapperCommand.catalog().list().entrySet()) {
      try {
        add(table, entry.getKey(), entry.getValue());
      } catch (ConfigurationException e) {
        e.problems().forEach(problem -> line.getErr().println("sobre: " + problem));
        status = ExitCode.BAD_CONFIGURATION;
      } catch (IOException e) {
        line.getErr().println("sobre: " + Main.inputOutput(e));
        status = ExitCode.INPUT_OUTPUT;
      }
    }
    line.getOut().print(table.render());
    line.getOut().flush();
    return status;
  }

  private static void add(PlainTable table, String name, Path file)
      throws IOException, ConfigurationException {
    ModelProfile profile = ProfileReader.read(file);
    table.row(
        name,
        profile.task().yamlName(),
        ProfileShowCommand.unit(profile),
        smallest(profile, false),
        smallest(profile, true),
        file.toString());
  }

  private static String smallest(ModelProfile profile, boolean allowReduced) {
    OptionalInt size =
        new BatchPlanner(FeatureLadder.GIGABYTES).smallestClass(profile, allowReduced);
    return size.isPresent() ? ProfileShowCommand.size(profile, size.getAsInt()) : "-";
  }
}
