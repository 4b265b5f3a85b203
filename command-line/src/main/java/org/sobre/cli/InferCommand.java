package org.sobre.cli;

import java.util.Optional;
import org.sobre.jobs.profile.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sobre infer}: a command whose batch is sized to the memory of its GPUs. */
@Command(
    name = "infer",
    description = "Run an inference with the batch that fits the GPU.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  sobre infer --profile sd21-infer -- txt2img --n_samples {batch_size}",
      "",
      "Ends with the command's own status; 69 if no batch fits. See also: sobre run"
    })
final class InferCommand extends WrapperCommand {

  @Option(
      names = "--profile",
      required = true,
      paramLabel = "NAME",
      description = "Model profile by which the batch is sized: sobre profile list.")
  private String profile = "";

  @Option(
      names = "--no-retry",
      description = "Do not start a command again, with less, that ran out of GPU memory.")
  private boolean noRetry;

  @Override
  Optional<Task> task() {
    return Optional.of(Task.INFER);
  }

  @Override
  Optional<String> profileName() {
    return Optional.of(profile);
  }

  @Override
  boolean retries() {
    return !noRetry;
  }
}
