package org.sobre.jobs.engine;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.NodeDocument;

/**
 * What shards of a GPU promise a job of its memory. Slurm books shards and fences nothing, so that
 * a job which takes more than it was promised breaks its neighbours.
 *
 * @param shards {@code SLURM_SHARDS_ON_NODE}: held on this node, of all its GPUs together
 */
record ShardPromise(OptionalLong shards) {

  /** What slurmstepd tells a job and a step of theirs, and no hook (seen with Slurm 22.05.8). */
  private static final String SHARDS = "SLURM_SHARDS_ON_NODE";

  private static final Messages MESSAGES = Messages.of(ShardPromise.class);

  static ShardPromise of(Map<String, String> environment) {
    String value = environment.getOrDefault(SHARDS, "");
    return new ShardPromise(
        value.matches("[1-9][0-9]{0,8}")
            ? OptionalLong.of(Long.parseLong(value))
            : OptionalLong.empty());
  }

  /**
   * The devices, no larger than promised: shards over the GPU's shards of its memory, which is at
   * least {@code slurm.shardMiB} a shard. No variable tells how the shards of several GPUs lie:
   * each counts for what it has at the least, were the others taken whole, and for one shard.
   *
   * @param node which says how many shards each GPU has; without it nothing was promised
   */
  List<Device> limit(List<Device> devices, Optional<NodeDocument> node) {
    if (shards.isEmpty() || node.isEmpty() || devices.isEmpty()) {
      return devices;
    }
    long all = devices.stream().mapToLong(device -> shardsOf(device, node.get()).orElse(0)).sum();
    return devices.stream()
        .map(device -> limited(device, all, shardsOf(device, node.get())))
        .toList();
  }

  private static OptionalInt shardsOf(Device device, NodeDocument node) {
    return node.entryOf(device.id()).map(GresEntry::shards).orElse(OptionalInt.empty());
  }

  /**
   * @param ofDevices shards of all the devices together
   */
  private Device limited(Device device, long ofDevices, OptionalInt all) {
    long held = Math.max(1, shards.orElse(0) - (ofDevices - all.orElse(0)));
    if (all.isEmpty() || held >= all.getAsInt()) {
      return device;
    }
    MemorySize promised =
        MemorySize.ofMebibytes(device.total().mebibytes() * held / all.getAsInt());
    return device.within(promised, MESSAGES.text("shards", device.model(), held, all.getAsInt()));
  }
}
