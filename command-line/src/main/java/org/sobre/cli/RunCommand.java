package org.sobre.cli;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.jobs.profile.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sobre run}: any command, measured. */
@Command(
    name = "run",
    description = "Run a command and say what it took; size its batch if it has a profile.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre run -- python3 train.py",
      "  sobre run --profile sd21-infer -- python3 make.py --batch={batch_size}",
      "",
      "Ends with the command's own status; 69 if no batch fits, 126 if the command is",
      "not executable, 127 if it is not there, 128+n if it died of signal n."
    })
final class RunCommand extends WrapperCommand {

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Model profile by which the batch is sized: sobre profile list.")
  private @Nullable String profile;

  @Override
  Optional<Task> task() {
    return Optional.empty();
  }

  @Override
  Optional<String> profileName() {
    return Optional.ofNullable(profile);
  }

  @Override
  boolean retries() {
    return false;
  }
}
