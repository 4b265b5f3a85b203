package org.sobre.hardware.catalog;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciId;
import org.sobre.hardware.units.MemorySize;

/**
 * The models that a document describes, and which of them a card is. A card is its PCI id, which no
 * tool spells otherwise, and its name; where the two name different models, or several fit, it is
 * none. A name alone does not make a card a model of which other ids are known: the GeForce RTX
 * 2080 of many laptops has the name of the desktop's, and another id.
 */
public final class GpuCatalog {

  /** No model at all. */
  public static final GpuCatalog EMPTY = new GpuCatalog(List.of(), Map.of());

  /**
   * A driver reports up to 7 % less than what is sold (a Tesla T4 of 16 GiB: 15360 MiB), and the
   * next size of any card is at least a fifth away (RTX 3080 of 10 and 12 GiB).
   */
  private static final double SIZE_TOLERANCE = 0.1;

  private final List<GpuModel> models;
  private final Map<String, String> sources;
  private final Map<PciId, List<GpuModel>> byId = new HashMap<>();
  private final Map<String, List<GpuModel>> byForm = new HashMap<>();
  private final Map<String, List<GpuModel>> byBuslessForm = new HashMap<>();

  /**
   * @param sources documents that the models' sources may name by a word
   */
  GpuCatalog(List<GpuModel> models, Map<String, String> sources) {
    this.models = List.copyOf(models);
    this.sources = Map.copyOf(sources);
    for (GpuModel model : this.models) {
      model.pciIds().forEach(id -> add(byId, id, model));
      model.names().forEach(name -> add(byForm, key(model.vendor(), name.form()), model));
      model.names().forEach(name -> add(byBuslessForm, key(model.vendor(), name.busless()), model));
    }
  }

  /** In the order of the documents, this one's first. */
  public List<GpuModel> models() {
    return models;
  }

  /** What a word in {@code source:} stands for. */
  Map<String, String> sources() {
    return sources;
  }

  public boolean isEmpty() {
    return models.isEmpty();
  }

  /** This catalogue, and what the other says of models that this one does not speak of whole. */
  public GpuCatalog over(GpuCatalog below) {
    Map<String, GpuModel> merged = new LinkedHashMap<>();
    models.forEach(model -> merged.put(key(model), model));
    for (GpuModel model : below.models) {
      merged.merge(key(model), model, GpuModel::over);
    }
    Map<String, String> all = new LinkedHashMap<>(below.sources);
    all.putAll(sources);
    return new GpuCatalog(List.copyOf(merged.values()), all);
  }

  /** The one model that the card is; empty if the catalogue does not know it for certain. */
  public Optional<GpuModel> find(Gpu gpu, Optional<PciId> id) {
    List<GpuModel> candidates = candidates(gpu, id);
    return candidates.size() == 1 ? Optional.of(candidates.get(0)) : Optional.empty();
  }

  /** The card with what the catalogue knows of it and it did not tell itself. */
  public Gpu complete(Gpu gpu, Optional<PciId> id) {
    return find(gpu, id)
        .map(
            model ->
                gpu.catalogued(
                    model.family().map(GpuFamily::jsonName),
                    model.architecture(),
                    model.computeCapability(),
                    model
                        .tdpWatts()
                        .map(tdp -> OptionalInt.of(tdp.value()))
                        .orElseGet(OptionalInt::empty)))
        .orElse(gpu);
  }

  /** Every model that the card may be: none, one, or several that cannot be told apart. */
  public List<GpuModel> candidates(Gpu gpu, Optional<PciId> id) {
    // a virtual GPU shows the id of the card that it is a slice of
    Set<GpuModel> ofId =
        new LinkedHashSet<>(ModelName.isVirtual(gpu.model()) ? List.of() : ofId(id));
    Set<GpuModel> ofName = new LinkedHashSet<>(ofName(gpu.vendor(), gpu.model()));
    ofName.removeIf(model -> id.isPresent() && model.hasOtherChipThan(id.get()));
    Set<GpuModel> fitting = new LinkedHashSet<>(ofId);
    fitting.retainAll(ofName);
    if (fitting.isEmpty()) {
      fitting.addAll(ofId);
      fitting.addAll(ofName);
    }
    return ofSize(List.copyOf(fitting), gpu.memoryTotal().measured());
  }

  /**
   * Every model of a name, however it is spelled: {@code GeForce RTX 4090}, or the type {@code
   * nvidia_geforce_rtx_4090}; several where cards of two sizes are sold under it.
   */
  public List<GpuModel> called(String name) {
    String form = ModelName.of(name).form();
    List<GpuModel> exact = withName(other -> other.form().equals(form));
    return form.isEmpty() || !exact.isEmpty()
        ? exact
        : withName(other -> other.busless().equals(ModelName.of(name).busless()));
  }

  /**
   * Whether two spellings are one model's name: {@code NVIDIA GeForce RTX 4090} and the type {@code
   * nvidia_geforce_rtx_4090}.
   */
  public static boolean isSameName(String one, String other) {
    String form = ModelName.of(one).form();
    return !form.isEmpty() && form.equals(ModelName.of(other).form());
  }

  /**
   * Whether a name has all words of a text: {@code nvidia_a100-sxm4-80gb} those of {@code A100}.
   */
  public static boolean isNameWith(String name, String text) {
    String form = ModelName.of(text).form();
    return !form.isEmpty()
        && List.of(ModelName.of(name).form().split(" ", -1))
            .containsAll(List.of(form.split(" ", -1)));
  }

  /** Every model whose name has all words of a text: {@code A100}. */
  public List<GpuModel> like(String text) {
    Set<String> words = Set.copyOf(List.of(ModelName.of(text).form().split(" ", -1)));
    return withName(name -> List.of(name.form().split(" ", -1)).containsAll(words));
  }

  private List<GpuModel> withName(Predicate<ModelName> condition) {
    return models.stream().filter(model -> model.names().anyMatch(condition)).toList();
  }

  private List<GpuModel> ofId(Optional<PciId> id) {
    return id.map(byId::get).or(() -> id.map(PciId::anyRevision).map(byId::get)).orElse(List.of());
  }

  private List<GpuModel> ofName(GpuVendor vendor, String printed) {
    ModelName name = ModelName.of(printed);
    return name.form().isEmpty()
        ? List.of()
        : Optional.ofNullable(byForm.get(key(vendor, name.form())))
            .or(() -> Optional.ofNullable(byBuslessForm.get(key(vendor, name.busless()))))
            .orElse(List.of());
  }

  /** Where several fit, those whose memory does; all of them if that of none does. */
  private static List<GpuModel> ofSize(List<GpuModel> fitting, Optional<MemorySize> total) {
    if (fitting.size() < 2 || total.isEmpty()) {
      return fitting;
    }
    List<GpuModel> sized =
        fitting.stream()
            .filter(
                model ->
                    model.memory().flatMap(memory -> memory.value().size()).stream()
                        .anyMatch(size -> isNear(size, total.get())))
            .toList();
    return sized.isEmpty() ? fitting : sized;
  }

  private static boolean isNear(MemorySize sold, MemorySize reported) {
    return Math.abs(sold.bytes() - reported.bytes()) < SIZE_TOLERANCE * sold.bytes();
  }

  private static <K> void add(Map<K, List<GpuModel>> index, K key, GpuModel model) {
    List<GpuModel> those = index.computeIfAbsent(key, any -> new ArrayList<>());
    if (!those.contains(model)) {
      those.add(model);
    }
  }

  /**
   * Two documents speak of the same model under the same name of the same size, if they say one.
   */
  static String key(GpuModel model) {
    return key(model.vendor(), ModelName.of(model.name()).form());
  }

  private static String key(GpuVendor vendor, String form) {
    return vendor.jsonName() + " " + form;
  }
}
