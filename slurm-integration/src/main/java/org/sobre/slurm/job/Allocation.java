package org.sobre.slurm.job;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.slurm.node.NodeDocument;

/**
 * What a job holds, as the job itself can tell from its environment.
 *
 * <p>The facts behind it were seen with Slurm 22.05: {@code SLURM_JOB_GPUS} and {@code
 * SLURM_STEP_GPUS} are positions in the node's gres list, whatever the vendors; with {@code
 * ConstrainDevices} the job's {@code CUDA_VISIBLE_DEVICES} is numbered from 0 among its own GPUs,
 * without it holds the positions. On a node of both vendors {@code ROCR_VISIBLE_DEVICES} is there
 * with the same value, so that neither counts its own vendor's cards. A batch job finds its restart
 * count in {@code SLURM_RESTART_COUNT}, from the second start on; hooks have it as {@code
 * SLURM_JOB_RESTART_COUNT}.
 *
 * @param job absent outside Slurm
 */
public record Allocation(Optional<JobKey> job, Devices devices) {

  /** The GPUs this process may use. */
  public sealed interface Devices {

    /** Every GPU that can be seen: no scheduler and nobody else restricts this process. */
    record All() implements Devices {}

    record None() implements Devices {}

    /**
     * @param ids of devices as the ledger has them, or MIG identifiers; NVIDIA's possibly cut short
     *     as CUDA allows; never empty
     */
    record Identified(List<String> ids) implements Devices {
      public Identified {
        ids = List.copyOf(ids);
      }
    }

    /**
     * @param vendor whose cards are counted
     * @param indices among the vendor's GPUs that this process can see, in PCI order; never empty
     */
    record Visible(GpuVendor vendor, List<Integer> indices) implements Devices {
      public Visible {
        requireNonNull(vendor, "vendor");
        indices = List.copyOf(indices);
      }

      /** Of NVIDIA's cards. */
      public Visible(List<Integer> indices) {
        this(GpuVendor.NVIDIA, indices);
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
    List<Integer> held = job.isPresent() ? held(environment) : List.of();
    if (held.isEmpty()) {
      Devices unless = job.isPresent() ? new Devices.None() : new Devices.All();
      return new Allocation(job, VisibleDevices.of(environment, node).orElse(unless));
    }
    return new Allocation(
        job,
        node.flatMap(document -> HeldDevices.of(held, environment, document))
            .orElseGet(() -> untold(held, environment)));
  }

  /** Positions that nobody can turn into devices. */
  private static Devices untold(List<Integer> held, Map<String, String> environment) {
    return VisibleDevices.of(environment, Optional.empty())
        .orElseGet(() -> new Devices.Visible(held));
  }

  /** The positions that Slurm says this process holds; none outside Slurm. */
  static List<Integer> held(Map<String, String> environment) {
    List<Integer> ofStep = numbers(environment.getOrDefault("SLURM_STEP_GPUS", ""));
    return ofStep.isEmpty() ? numbers(environment.getOrDefault("SLURM_JOB_GPUS", "")) : ofStep;
  }

  private static List<Integer> numbers(String value) {
    DeviceList list = DeviceList.parse(GpuVendor.NVIDIA, value);
    return value.split(",", -1).length == list.numbers().size() ? list.numbers() : List.of();
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
