package org.sobre.slurm.gres;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;

/** Nodes to try things on. */
public final class Nodes {

  public static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);

  private Nodes() {}

  /** A card in working order; its place in the list is its PCI place. */
  public static Gpu card(int index, String model, long mebibytes, int minor) {
    return card(index, GpuVendor.NVIDIA, model, mebibytes, "/dev/nvidia" + minor, "ada", "8.9");
  }

  public static Gpu card(
      int index,
      GpuVendor vendor,
      String model,
      long mebibytes,
      String device,
      String architecture,
      String computeCapability) {
    return new Gpu(
        index,
        vendor,
        model,
        Optional.of((vendor == GpuVendor.AMD ? "AMD-%016x" : "GPU-%08x").formatted(index)),
        new PciAddress(0, 0x10 + index, 0, 0),
        Optional.of(Path.of(device)),
        Reading.of(MemorySize.ofMebibytes(mebibytes)),
        Reading.of(MemorySize.ofMebibytes(mebibytes)),
        GpuState.OK,
        Optional.empty(),
        Optional.of(architecture),
        computeCapability.isEmpty() ? Optional.empty() : Optional.of(computeCapability),
        Optional.of("590.44.01"),
        false);
  }

  /** Total as its driver tells it: 64 GiB less what the firmware keeps. */
  public static Gpu mi210(int index, int renderMinor) {
    String device = "/dev/dri/renderD" + renderMinor;
    return card(index, GpuVendor.AMD, "AMD Instinct MI210", 65_520, device, "cdna2", "");
  }

  public static NodeDescription with(Gpu... gpus) {
    return new NodeDescription(
        "gpu1",
        "5f0c7d3e-0000-4000-8000-000000000001",
        Instant.parse("2026-11-21T08:00:00Z"),
        Optional.empty(),
        new CpuTopology("AMD EPYC 7302P 16-Core Processor", 1, 16, 32),
        MemorySize.ofMebibytes(128_731),
        List.of(gpus),
        List.of(),
        List.of());
  }

  public static NodeDescription pair() {
    return with(
        card(0, "NVIDIA GeForce RTX 4090", 24564, 0), card(1, "NVIDIA GeForce RTX 4090", 24564, 1));
  }

  /** PCI order A B A, minors in another order: what an admin gets who adds cards over the years. */
  public static NodeDescription interleaved() {
    return with(
        card(0, "NVIDIA RTX A5000", 24564, 2),
        card(1, "NVIDIA GeForce RTX 3080", 10240, 0),
        card(2, "NVIDIA RTX A5000", 24564, 1));
  }

  public static SlurmNode slurmNode(NodeDescription node) {
    return SlurmNode.of(node, Offer.of(new ArrayList<>(node.gpus()), OFFER_FROM));
  }
}
