package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;

/**
 * The {@code slurm:} section of sobre.yaml.
 *
 * @param controller {@code host:port} of slurmctld, with Slurm's own port where none is given; with
 *     its backups after it, a comma between, as slurmd's {@code --conf-server} takes them
 *     (slurmd(8)); absent on a station, which belongs to no cluster
 * @param actOnNodes whether {@code sobre node register} may delete and drain node records; if not,
 *     it says what it would do
 * @param shardMebibytes video memory of one {@code gres/shard}; absent where GPUs are not shared
 * @param readsAccounting whether {@code sobre ledger ingest} asks sacct and sacctmgr what jobs and
 *     accounts there are
 * @param comments what becomes of the AdminComment of jobs that have ended
 */
public record SlurmConfig(
    Optional<String> controller,
    boolean actOnNodes,
    OptionalLong shardMebibytes,
    boolean readsAccounting,
    JobComments comments) {

  /**
   * Whether what a job drew is told to Slurm's accounting, as its AdminComment.
   *
   * @param isWritten by {@code sobre ledger comment}
   * @param perMinute at most so many jobs: each takes sacctmgr a quarter of a second
   */
  public record JobComments(boolean isWritten, int perMinute) {

    public static final JobComments OFF = new JobComments(false, 60);

    public JobComments {
      if (perMinute < 1) {
        throw new IllegalArgumentException("expected a job a minute or more, found " + perMinute);
      }
    }
  }

  private static final String CONTROLLER_EXAMPLE = "ctl:6817";

  /** Slurm's own SlurmctldPort, where slurm.conf sets none. */
  private static final String DEFAULT_PORT = ":6817";

  private static final String OFF = "off";
  private static final int MOST_SHARD_MIB = 1 << 20;
  private static final String AUTO = "auto";
  private static final int MOST_COMMENTS_PER_MINUTE = 200;

  public SlurmConfig {
    requireNonNull(controller, "controller");
    requireNonNull(shardMebibytes, "shardMebibytes");
    requireNonNull(comments, "comments");
  }

  /** Problems are collected in the section, not thrown. */
  public static SlurmConfig from(YamlSection section) {
    SlurmConfig config =
        new SlurmConfig(
            section
                .value("controller", ScalarType.hostsAndPorts(CONTROLLER_EXAMPLE))
                .map(SlurmConfig::withPorts),
            section.bool("actOnNodes").orElse(true),
            section
                .value("shardMiB", ScalarType.wholeNumberOr(OFF, 1, MOST_SHARD_MIB))
                .orElse(OptionalLong.empty()),
            !section.oneOf("accounting", List.of(AUTO, OFF)).equals(Optional.of(OFF)),
            comments(section));
    section.oneOf("delivery", List.of("dynamic"));
    section.refuseUnknownKeys();
    return config;
  }

  private static JobComments comments(YamlSection section) {
    return new JobComments(
        section.bool("comments").orElse(JobComments.OFF.isWritten()),
        (int)
            section
                .integer("commentsPerMinute", 1, MOST_COMMENTS_PER_MINUTE)
                .orElse(JobComments.OFF.perMinute()));
  }

  private static String withPorts(List<String> controllers) {
    return controllers.stream().map(SlurmConfig::withPort).collect(Collectors.joining(","));
  }

  private static String withPort(String controller) {
    // the colons of an IPv6 address stand in brackets
    return controller.indexOf(':', controller.indexOf(']') + 1) >= 0
        ? controller
        : controller + DEFAULT_PORT;
  }
}
