package org.sobre.cli;

import java.util.Optional;
import org.sobre.jobs.profile.Task;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sobre finetune}: a command whose batch is sized to the memory of its GPUs. */
@Command(
    name = "finetune",
    description = "Run a fine-tuning with the batch that fits the GPU.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = {
      "  sobre finetune --profile sd21-finetune -- accelerate launch train.py \\",
      "      --train_batch_size={batch_size}",
      "",
      "Ends with the command's own status; 69 if no batch fits. See also: sobre run"
    })
final class FinetuneCommand extends WrapperCommand {

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
    return Optional.of(Task.FINETUNE);
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
