package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.slurm.node.PublishedGpu;

/**
 * {@code begin}: a wrapper on a machine without Slurm asks for a run of its own.
 *
 * @param pid of the process that the run lives and dies with
 * @param account who pays, by its own word
 * @param cpus logical processors that it may use, 0 if it did not say; more than there are count as
 *     those that there are
 */
record BeginRequest(long pid, Optional<String> account, int cpus, GpuChoice gpus) {

  private static final long LARGEST_PID = 4_194_304;
  private static final int MOST_CPUS = 65_536;
  private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9._+-]{1,64}");
  private static final Pattern DEVICE = Pattern.compile("[A-Za-z0-9:._-]{5,64}");

  /** Which of the node's GPUs a run may use. */
  sealed interface GpuChoice {

    /** Of those that the node has; what it has not is left out. */
    List<PublishedGpu> among(List<PublishedGpu> gpus);

    /**
     * Those to compute on: beside a larger card, neither a processor's own graphics nor a card for
     * the screen is held. Its energy is the machine's, and its hours would be billed as a GPU's.
     */
    record All() implements GpuChoice {

      /** As the least that is given to Slurm by default. */
      private static final long SMALL_MEBIBYTES = 4096;

      @Override
      public List<PublishedGpu> among(List<PublishedGpu> gpus) {
        List<PublishedGpu> large =
            gpus.stream()
                .filter(gpu -> gpu.memoryTotalMebibytes().orElse(0) > SMALL_MEBIBYTES)
                .toList();
        return large.isEmpty() ? gpus : large;
      }
    }

    /**
     * @param ids device ids, or beginnings of them that fit one device only
     */
    record Ids(List<String> ids) implements GpuChoice {
      @Override
      public List<PublishedGpu> among(List<PublishedGpu> gpus) {
        return gpus.stream()
            .filter(gpu -> ids.stream().anyMatch(id -> isTheOnly(gpu, id, gpus)))
            .toList();
      }

      private static boolean isTheOnly(PublishedGpu gpu, String id, List<PublishedGpu> gpus) {
        return begins(gpu, id) && gpus.stream().filter(one -> begins(one, id)).count() == 1;
      }

      private static boolean begins(PublishedGpu gpu, String id) {
        return gpu.device().filter(device -> device.startsWith(id)).isPresent();
      }
    }

    /**
     * @param vendor whose cards are counted; absent for all
     * @param indices in PCI order, from 0
     */
    record Indices(Optional<GpuVendor> vendor, List<Integer> indices) implements GpuChoice {
      @Override
      public List<PublishedGpu> among(List<PublishedGpu> gpus) {
        List<PublishedGpu> counted =
            gpus.stream().filter(gpu -> vendor.isEmpty() || vendor.get() == gpu.vendor()).toList();
        return indices.stream()
            .distinct()
            .filter(index -> index < counted.size())
            .map(counted::get)
            .toList();
      }
    }

    record None() implements GpuChoice {
      @Override
      public List<PublishedGpu> among(List<PublishedGpu> gpus) {
        return List.of();
      }
    }
  }

  BeginRequest {
    requireNonNull(account, "account");
    requireNonNull(gpus, "gpus");
  }

  static BeginRequest of(JsonObject json) throws JsonShapeException {
    Optional<String> account = json.string("account");
    if (account.isPresent() && !ACCOUNT.matcher(account.get()).matches()) {
      throw new JsonShapeException("account: expected 1 to 64 letters, digits or ._+-");
    }
    return new BeginRequest(
        within("pid", json.requiredInteger("pid"), 1, LARGEST_PID),
        account,
        (int) within("cpus", json.integer("cpus").orElse(0), 0, MOST_CPUS),
        gpus(json.requiredObject("gpus")));
  }

  private static GpuChoice gpus(JsonObject json) throws JsonShapeException {
    if (json.bool("all").orElse(false)) {
      return new GpuChoice.All();
    }
    if (json.bool("none").orElse(false)) {
      return new GpuChoice.None();
    }
    if (json.keys().contains("ids")) {
      List<String> ids = json.strings("ids");
      if (!ids.stream().allMatch(id -> DEVICE.matcher(id).matches())) {
        throw new JsonShapeException("ids: expected device ids as GPU-5c1f… or their beginnings");
      }
      return new GpuChoice.Ids(ids);
    }
    if (json.keys().contains("indices")) {
      return new GpuChoice.Indices(vendor(json), indices(json));
    }
    throw new JsonShapeException("gpus: expected all, ids, indices or none, found " + json.keys());
  }

  private static Optional<GpuVendor> vendor(JsonObject json) throws JsonShapeException {
    Optional<String> name = json.string("vendor");
    Optional<GpuVendor> vendor =
        Arrays.stream(GpuVendor.values())
            .filter(one -> name.equals(Optional.of(one.jsonName())))
            .findFirst();
    if (name.isPresent() && vendor.isEmpty()) {
      throw new JsonShapeException("vendor: expected nvidia or amd, found " + name.get());
    }
    return vendor;
  }

  private static List<Integer> indices(JsonObject json) throws JsonShapeException {
    List<Integer> indices = new ArrayList<>();
    for (long index : json.integers("indices")) {
      indices.add((int) within("indices", index, 0, Integer.MAX_VALUE));
    }
    return indices;
  }

  private static long within(String key, long value, long least, long most)
      throws JsonShapeException {
    if (value < least || value > most) {
      throw new JsonShapeException(
          key + ": expected " + least + " to " + most + ", found " + value);
    }
    return value;
  }
}
