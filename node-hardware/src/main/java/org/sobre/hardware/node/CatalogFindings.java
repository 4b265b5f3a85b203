package org.sobre.hardware.node;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogReader;
import org.sobre.hardware.catalog.GpuFamily;
import org.sobre.hardware.catalog.GpuModel;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.PciId;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.units.PciAddress;

/** Says of the models that the GPU catalogue does not know what to write into the site's. Pure. */
public final class CatalogFindings {

  private static final Messages MESSAGES = Messages.of(CatalogFindings.class);

  private final GpuCatalog catalog;
  private final Path site;
  private final Function<PciAddress, Optional<PciId>> ids;

  /**
   * @param site the file that a person may write
   * @param ids what the card at an address says it is
   */
  public CatalogFindings(GpuCatalog catalog, Path site, Function<PciAddress, Optional<PciId>> ids) {
    this.catalog = catalog;
    this.site = site;
    this.ids = ids;
  }

  /**
   * One note a model; none of a card that could not be asked, and none where there is no catalogue
   * at all: that is said once, of the probe.
   */
  public List<Finding> of(List<Gpu> gpus) {
    if (catalog.isEmpty()) {
      return List.of();
    }
    Map<String, List<Gpu>> unknown = new LinkedHashMap<>();
    gpus.stream()
        .filter(gpu -> gpu.state() == GpuState.OK)
        .filter(gpu -> catalog.find(gpu, id(gpu)).isEmpty())
        .forEach(gpu -> unknown.computeIfAbsent(gpu.model(), any -> new ArrayList<>()).add(gpu));
    return unknown.values().stream().map(this::ofModel).toList();
  }

  private Finding ofModel(List<Gpu> cards) {
    Gpu first = cards.get(0);
    String indices =
        cards.stream().map(gpu -> Integer.toString(gpu.index())).collect(Collectors.joining(", "));
    List<GpuModel> candidates = catalog.candidates(first, id(first));
    String text =
        candidates.isEmpty()
            ? MESSAGES.text("catalog.unknown", site, item(first))
            : MESSAGES.text(
                "catalog.ambiguous",
                candidates.stream().map(GpuModel::name).collect(Collectors.joining(", ")),
                site,
                item(first));
    return new Finding(Severity.NOTE, "GPU " + indices + " (" + first.model() + ")", text);
  }

  /** The item as the file has it, after the lines that a new file begins with. */
  private String item(Gpu gpu) {
    List<String> lines = new ArrayList<>();
    lines.add("schema: " + GpuCatalogReader.SCHEMA);
    lines.add("models:");
    lines.add("  - vendor: " + gpu.vendor().jsonName());
    lines.add("    model: \"" + gpu.model().replace("\\", "\\\\").replace("\"", "\\\"") + "\"");
    id(gpu).ifPresent(id -> lines.add("    pciIds: [\"" + own(gpu, id) + "\"]"));
    String others = GpuFamily.jsonNames().stream().skip(1).collect(Collectors.joining(", "));
    lines.add("    family: " + GpuFamily.jsonNames().get(0) + "  # " + others);
    return lines.stream().map(line -> "\n    " + line).collect(Collectors.joining());
  }

  /** NVIDIA's products differ by the device, AMD's by the revision too. */
  private static PciId own(Gpu gpu, PciId id) {
    return switch (gpu.vendor()) {
      case NVIDIA -> id.anyRevision();
      case AMD -> id;
    };
  }

  private Optional<PciId> id(Gpu gpu) {
    return ids.apply(gpu.pciAddress());
  }
}
