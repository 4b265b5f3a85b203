package org.sobre.slurm.gres;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.slurm.command.SlurmRelease;

/**
 * What decides, besides the cards, how they are described to Slurm.
 *
 * @param shardMebibytes video memory of one {@code gres/shard}; absent where GPUs are not shared
 * @param release of the Slurm that reads the description; absent where it is not known
 */
public record GresOptions(OptionalLong shardMebibytes, Optional<SlurmRelease> release) {

  /** Nothing shared, no release known. */
  public static final GresOptions NONE = new GresOptions(OptionalLong.empty(), Optional.empty());

  /**
   * The first release that does not take the files of a MIG partition for GPUs of their own as soon
   * as GresTypes has shard: {@code _build_sharing_list} in src/plugins/gres/common/gres_c_s.c,
   * commit 4438cab1d8, in tags slurm-23-02-7-1 and slurm-23-11-0-1 and later; seen with 22.05.8.
   */
  private static final SlurmRelease MIG_BESIDE_SHARDS_FROM = new SlurmRelease(23, 2, 7);

  public GresOptions {
    requireNonNull(shardMebibytes, "shardMebibytes");
    requireNonNull(release, "release");
    if (shardMebibytes.isPresent() && shardMebibytes.getAsLong() < 1) {
      throw new IllegalArgumentException(
          "a shard has 1 MiB or more, found " + shardMebibytes.getAsLong());
    }
  }

  /** Whether devices of several files can be offered. */
  boolean takesMultipleFiles() {
    return shardMebibytes.isEmpty()
        || (release.isPresent() && !release.get().isBefore(MIG_BESIDE_SHARDS_FROM));
  }
}
