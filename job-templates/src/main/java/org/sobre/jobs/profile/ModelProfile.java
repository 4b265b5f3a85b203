package org.sobre.jobs.profile;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is known of one model and task: see the schema {@code sobre-profile/1}.
 *
 * @param unit what an item of the batch is: image, sequence
 * @param effectiveBatch batch x accumulation x GPUs that the training recipe asks for; absent where
 *     any batch will do
 * @param variants best first, at least one
 * @param floor a rule of the house about the smallest card, not physics
 * @param options how the published script is told the batch
 * @param resume the option with which the published script goes on from its last checkpoint
 */
public record ModelProfile(
    String name,
    Task task,
    String unit,
    OptionalInt effectiveBatch,
    Requirements requires,
    List<Variant> variants,
    Optional<VramFloor> floor,
    Options options,
    Optional<String> resume) {

  /**
   * @param gigabytes a card must have at least so many GB
   * @param reason for a person who is refused
   */
  public record VramFloor(int gigabytes, String reason) {
    public VramFloor {
      requireNonNull(reason, "reason");
      if (gigabytes < 1) {
        throw new IllegalArgumentException("expected a floor from 1 GB, found " + gigabytes);
      }
    }
  }

  /** Options of the published script, with {@code {batch_size}} and {@code {accumulation}}. */
  public record Options(Optional<String> batch, Optional<String> accumulation) {
    public Options {
      requireNonNull(batch, "batch");
      requireNonNull(accumulation, "accumulation");
    }
  }

  public ModelProfile {
    requireNonNull(name, "name");
    requireNonNull(task, "task");
    requireNonNull(unit, "unit");
    requireNonNull(effectiveBatch, "effectiveBatch");
    requireNonNull(requires, "requires");
    variants = List.copyOf(variants);
    requireNonNull(floor, "floor");
    requireNonNull(options, "options");
    requireNonNull(resume, "resume");
    if (variants.isEmpty()) {
      throw new IllegalArgumentException("a profile needs at least one variant");
    }
    if (effectiveBatch.isPresent() && effectiveBatch.getAsInt() < 1) {
      throw new IllegalArgumentException("expected an effective batch from 1");
    }
  }
}
