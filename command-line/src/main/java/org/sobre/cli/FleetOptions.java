package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code sobre gres} that are about all nodes at once; they stand with --fleet. */
final class FleetOptions {

  private static final int LONGEST_AGE_DAYS = 36_500;

  @Option(
      names = "--fleet",
      required = true,
      paramLabel = "DIR",
      description =
          "Of all nodes, by the documents in DIR: NODE/node.json, as the daemons write them to the"
              + " ledger's directory, or NODE.json.")
  private @Nullable Path directory;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description =
          "Write to FILE instead of standard output, unless nodes or GPUs that it has would be"
              + " lost.")
  private @Nullable Path output;

  @Option(
      names = "--previous",
      paramLabel = "FILE",
      description =
          "Refuse to lose nodes or GPUs that FILE has: an earlier output, or a site's own slurm.conf"
              + " or gres.conf.")
  private @Nullable Path previous;

  @Option(
      names = "--accept-removal",
      paramLabel = "NODES",
      description = "Nodes that may be lost or have less: gpu[01-03],old7, or all.")
  private @Nullable String acceptRemoval;

  @Option(
      names = "--leave-out",
      paramLabel = "NODES",
      description = "Nodes whose documents are not used.")
  private @Nullable String leaveOut;

  @Option(
      names = "--with-self-registering",
      description =
          "List also the nodes that register themselves with Slurm. Without it they are named and"
              + " left out: a NodeName= line beside its own record stops a node's slurmd.")
  private boolean withSelfRegistering;

  @Option(
      names = "--stale-after",
      paramLabel = "DAYS",
      defaultValue = "7",
      description = "Name the nodes that wrote nothing for so long; by default ${DEFAULT-VALUE}.")
  private int staleAfterDays;

  Path directory() {
    return requireNonNull(directory);
  }

  Optional<Path> output() {
    return Optional.ofNullable(output);
  }

  /** What must not be shrunk, each once. */
  List<Path> comparedWith() {
    return Stream.of(Optional.ofNullable(previous), output().filter(Files::exists))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }

  Optional<String> acceptRemoval() {
    return Optional.ofNullable(acceptRemoval);
  }

  Optional<String> leaveOut() {
    return Optional.ofNullable(leaveOut);
  }

  boolean withSelfRegistering() {
    return withSelfRegistering;
  }

  /** Empty if it is no number of days from 1 to 36500. */
  Optional<Duration> staleAfter() {
    return staleAfterDays >= 1 && staleAfterDays <= LONGEST_AGE_DAYS
        ? Optional.of(Duration.ofDays(staleAfterDays))
        : Optional.empty();
  }
}
