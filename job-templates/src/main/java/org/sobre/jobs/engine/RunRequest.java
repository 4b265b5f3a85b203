package org.sobre.jobs.engine;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.jobs.profile.ModelProfile;
import org.sobre.jobs.profile.Processor;

/**
 * What a person asked a wrapper for.
 *
 * @param command program and arguments, with placeholders; at least one word
 * @param profile absent if the command sizes its own batch, or needs none
 * @param items how many the command will have processed when it succeeds
 * @param dryRun only say what would be done
 * @param quiet no summary
 */
public record RunRequest(
    List<String> command,
    Optional<ModelProfile> profile,
    boolean allowReduced,
    OptionalLong items,
    boolean dryRun,
    boolean quiet) {

  public RunRequest {
    command = List.copyOf(command);
    requireNonNull(profile, "profile");
    requireNonNull(items, "items");
    if (command.isEmpty()) {
      throw new IllegalArgumentException("expected a command of at least one word");
    }
    if (items.isPresent() && items.getAsLong() < 0) {
      throw new IllegalArgumentException("expected items from 0, found " + items.getAsLong());
    }
  }

  /** Whether the batch follows from what cards have free. */
  boolean plansCards() {
    return profile.filter(wanted -> wanted.device() == Processor.GPU).isPresent();
  }

  /** The same with other words. */
  RunRequest with(List<String> words) {
    return new RunRequest(words, profile, allowReduced, items, dryRun, quiet);
  }
}
