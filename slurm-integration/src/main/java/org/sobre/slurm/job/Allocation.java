package org.sobre.slurm.job;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;

/**
 * What a job holds, as the job itself can tell from its environment.
 *
 * <p>The facts behind it were seen with Slurm 22.05: {@code SLURM_JOB_GPUS} and {@code
 * SLURM_STEP_GPUS} are positions in the node's gres list; with {@code ConstrainDevices} the job's
 * {@code CUDA_VISIBLE_DEVICES} is numbered from 0 among its own GPUs, without it holds the
 * positions. A batch job finds its restart count in {@code SLURM_RESTART_COUNT}, from the second
 * start on; hooks have it as {@code SLURM_JOB_RESTART_COUNT}.
 *
 * @param job absent outside Slurm
 */
public record Allocation(Optional<JobKey> job, Devices devices) {

  private static final Pattern NUMBER = Pattern.compile("\\d{1,4}");
  private static final Pattern IDENTIFIER = Pattern.compile("(GPU|MIG)-[-0-9A-Za-z/]{1,100}");

  /** The GPUs this process may use. */
  public sealed interface Devices {

    /** Every GPU that can be seen: no scheduler and nobody else restricts this process. */
    record All() implements Devices {}

    record None() implements Devices {}

    /**
     * @param ids GPU UUIDs or MIG identifiers, possibly cut short as CUDA allows; never empty
     */
    record Identified(List<String> ids) implements Devices {
      public Identified {
        ids = List.copyOf(ids);
      }
    }

    /**
     * @param indices among the GPUs this process can see, in PCI order; never empty
     */
    record Visible(List<Integer> indices) implements Devices {
      public Visible {
        indices = List.copyOf(indices);
      }
    }

    /** One of the four, checked by the compiler: Java 17 has no switch over sealed types. */
    default <R> R match(
        Function<All, ? extends R> all,
        Function<None, ? extends R> none,
        Function<Identified, ? extends R> identified,
        Function<Visible, ? extends R> visible) {
      if (this instanceof All a) {
        return all.apply(a);
      }
      if (this instanceof None n) {
        return none.apply(n);
      }
      if (this instanceof Identified i) {
        return identified.apply(i);
      }
      return visible.apply((Visible) this);
    }
  }

  public Allocation {
    requireNonNull(job, "job");
    requireNonNull(devices, "devices");
  }

  /**
   * @param environment of the process
   * @param node what the node published of itself: it alone can turn Slurm's positions into UUIDs
   */
  public static Allocation of(Map<String, String> environment, Optional<NodeDocument> node) {
    Optional<JobKey> job = jobKey(environment);
    Optional<Devices> visible =
        Optional.ofNullable(environment.get("CUDA_VISIBLE_DEVICES")).map(Allocation::visible);
    if (job.isEmpty()) {
      return new Allocation(job, visible.orElseGet(Devices.All::new));
    }
    List<Integer> held = numbers(environment.getOrDefault("SLURM_STEP_GPUS", ""));
    if (held.isEmpty()) {
      held = numbers(environment.getOrDefault("SLURM_JOB_GPUS", ""));
    }
    if (held.isEmpty()) {
      return new Allocation(job, visible.orElseGet(Devices.None::new));
    }
    return new Allocation(job, inSlurm(held, visible, node));
  }

  private static Devices inSlurm(
      List<Integer> held, Optional<Devices> visible, Optional<NodeDocument> node) {
    if (visible.isPresent() && !(visible.get() instanceof Devices.Visible)) {
      return visible.get();
    }
    List<Integer> shown =
        visible.isPresent() && visible.get() instanceof Devices.Visible v ? v.indices() : held;
    Optional<List<String>> uuids =
        node.flatMap(document -> uuids(narrowed(held, shown), document.gres()));
    if (uuids.isPresent()) {
      return new Devices.Identified(uuids.get());
    }
    return new Devices.Visible(shown);
  }

  /**
   * The held positions that a job script kept when it narrowed {@code CUDA_VISIBLE_DEVICES}. With
   * as many numbers as GPUs held nothing was narrowed, however they are numbered. With fewer,
   * numbers that all count from 0 among the held ones are taken as such.
   */
  private static List<Integer> narrowed(List<Integer> held, List<Integer> shown) {
    if (shown.size() >= held.size()) {
      return held;
    }
    if (shown.stream().allMatch(index -> index < held.size())) {
      return shown.stream().map(held::get).toList();
    }
    return held.containsAll(shown) ? shown : held;
  }

  private static Optional<List<String>> uuids(List<Integer> positions, List<GresEntry> gres) {
    List<String> uuids = new ArrayList<>();
    for (int position : positions) {
      if (position >= gres.size()) {
        return Optional.empty();
      }
      uuids.add(gres.get(position).device());
    }
    return Optional.of(uuids);
  }

  /** As CUDA reads it: the list ends at the first word that names no device. */
  private static Devices visible(String value) {
    List<String> words =
        Arrays.stream(value.split(",", -1))
            .map(String::strip)
            .takeWhile(word -> NUMBER.matcher(word).matches() || IDENTIFIER.matcher(word).matches())
            .toList();
    if (words.isEmpty()) {
      return new Devices.None();
    }
    return words.stream().allMatch(word -> NUMBER.matcher(word).matches())
        ? new Devices.Visible(words.stream().map(Integer::valueOf).toList())
        : new Devices.Identified(words);
  }

  private static List<Integer> numbers(String value) {
    List<String> words = Arrays.stream(value.split(",", -1)).map(String::strip).toList();
    return words.stream().allMatch(word -> NUMBER.matcher(word).matches())
        ? words.stream().map(Integer::valueOf).toList()
        : List.of();
  }

  private static Optional<JobKey> jobKey(Map<String, String> environment) {
    String restart =
        Optional.ofNullable(environment.get("SLURM_RESTART_COUNT"))
            .or(() -> Optional.ofNullable(environment.get("SLURM_JOB_RESTART_COUNT")))
            .orElse("0");
    return Optional.ofNullable(environment.get("SLURM_JOB_ID"))
        .flatMap(id -> JobKey.parse(id + "." + restart));
  }
}
