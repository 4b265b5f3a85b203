package org.sobre.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Of which cards {@code sobre fit} is asked. */
final class FitTarget {

  @Option(
      names = "--vram",
      paramLabel = "SIZE",
      split = ",",
      description =
          "Cards of these sizes: 24GB is what a card is sold with, 24564MiB what its driver tells.")
  private List<String> sizes = new ArrayList<>();

  @Option(
      names = "--gpu",
      paramLabel = "MODEL",
      split = ",",
      description =
          "Models of the GPU catalogue, as L4 or 'RTX 4090', or types that Slurm has; with --cluster"
              + " those types only.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--cluster",
      description = "Every class of cards that Slurm has, and how many of it are free.")
  private boolean cluster;

  List<String> sizes() {
    return List.copyOf(sizes);
  }

  List<String> models() {
    return List.copyOf(models);
  }

  boolean cluster() {
    return cluster;
  }

  /** Whether anything was asked for. */
  boolean isNamed() {
    return cluster || !sizes.isEmpty() || !models.isEmpty();
  }
}
