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
 * @param variants best first, at least one; of those that lose nothing the largest batch is taken,
 *     and the first of equal ones
 * @param floor a rule of the house about the smallest card, not physics
 * @param options how the published script is told the batch
 * @param resume the option with which the published script goes on from its last checkpoint
 * @param device on what it runs; of a CPU the memory of variants is main memory
 * @param store what the command loads; absent where the profile does not say
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
    Optional<String> resume,
    Processor device,
    Optional<StoredModel> store) {

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
    requireNonNull(device, "device");
    requireNonNull(store, "store");
    if (variants.isEmpty()) {
      throw new IllegalArgumentException("a profile needs at least one variant");
    }
    if (effectiveBatch.isPresent() && effectiveBatch.getAsInt() < 1) {
      throw new IllegalArgumentException("expected an effective batch from 1");
    }
  }

  /** The same, with these variants in the place of its own. */
  public ModelProfile with(List<Variant> others) {
    return new ModelProfile(
        name, task, unit, effectiveBatch, requires, others, floor, options, resume, device, store);
  }

  /** Of what runs on GPUs, and loads what it likes. */
  public ModelProfile(
      String name,
      Task task,
      String unit,
      OptionalInt effectiveBatch,
      Requirements requires,
      List<Variant> variants,
      Optional<VramFloor> floor,
      Options options,
      Optional<String> resume) {
    this(
        name,
        task,
        unit,
        effectiveBatch,
        requires,
        variants,
        floor,
        options,
        resume,
        Processor.GPU,
        Optional.empty());
  }

  /**
   * The same for a recipe of another effective batch.
   *
   * @param other from 1
   */
  public ModelProfile withEffectiveBatch(int other) {
    return new ModelProfile(
        name,
        task,
        unit,
        OptionalInt.of(other),
        requires,
        variants,
        floor,
        options,
        resume,
        device,
        store);
  }
}
