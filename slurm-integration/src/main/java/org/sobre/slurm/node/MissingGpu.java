package org.sobre.slurm.node;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.units.PciAddress;

/**
 * A GPU that this node should give to Slurm and cannot: it was there before, or the PCI bus shows
 * it and it does not work.
 *
 * @param device its id when it worked; absent where only the bus or Slurm's record tells of it
 * @param pciAddress where it is or was; absent where only Slurm's record tells of it
 * @param model as its tool printed it, or Slurm's type name
 * @param since when it was first missed
 * @param drained whether the node has been drained for it: if the node is not drained any more, an
 *     admin knows of it
 */
public record MissingGpu(
    Optional<String> device,
    Optional<PciAddress> pciAddress,
    String model,
    Instant since,
    boolean drained) {

  public MissingGpu {
    requireNonNull(device, "device");
    requireNonNull(pciAddress, "pciAddress");
    requireNonNull(model, "model");
    requireNonNull(since, "since");
  }

  /** The same, with another word on whether the node is drained for it. */
  public MissingGpu drained(boolean now) {
    return new MissingGpu(device, pciAddress, model, since, now);
  }

  /** Whether both tell of one card, or of one place where one of them has no id. */
  public boolean isSameAs(MissingGpu other) {
    if (device.isPresent() && other.device.isPresent()) {
      return device.equals(other.device);
    }
    return (pciAddress.isPresent() && pciAddress.equals(other.pciAddress));
  }

  /** For a person: {@code NVIDIA L4 at 0000:01:00.0 (GPU-c5533cd4-…)}. */
  public String inWords() {
    return model
        + pciAddress.map(address -> " at " + address).orElse("")
        + device.map(id -> " (" + id + ")").orElse("");
  }

  /** An entry of {@code missing} in node.json. */
  public Map<String, Object> document() {
    Map<String, Object> json = new LinkedHashMap<>();
    device.ifPresent(id -> json.put("device", id));
    pciAddress.ifPresent(address -> json.put("pciBusId", address.toString()));
    json.put("model", model);
    json.put("since", since.toString());
    json.put("drained", drained);
    return json;
  }
}
