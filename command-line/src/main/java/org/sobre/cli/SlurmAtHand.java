package org.sobre.cli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.config.SobreConfig;

/** Whether people here have a Slurm to give their jobs to, or only this machine. */
final class SlurmAtHand {

  private static final String SUBMITS = "sbatch";

  private SlurmAtHand() {}

  /**
   * Where people log in sobre.yaml may be missing, and on a node they may have no sbatch.
   *
   * @param config absent if it could not be read
   */
  static boolean isThere(Optional<SobreConfig> config, Map<String, String> environment) {
    return config.flatMap(known -> known.slurm().string("controller")).isPresent()
        || Arrays.stream(environment.getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .filter(directory -> !directory.isEmpty())
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, SUBMITS)));
  }
}
