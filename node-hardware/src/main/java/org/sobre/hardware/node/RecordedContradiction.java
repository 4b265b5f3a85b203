package org.sobre.hardware.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.RecordedAnswer;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.gpu.nvidia.NvidiaModel;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.PciAddress;

/**
 * Why two recorded outputs cannot be of one machine: their cards, put together, would be those of
 * no machine. Pure.
 */
public final class RecordedContradiction {

  private static final Messages MESSAGES = Messages.of(RecordedContradiction.class);

  /** What a shell writes in front of the command, where that was copied too. */
  private static final Pattern PROMPT =
      Pattern.compile(
          "(?m)^[ \\t]*+(?:\\([^)\\n]{1,40}\\) ?)?\\[?[A-Za-z_][\\w.-]{0,31}@([A-Za-z0-9][A-Za-z0-9-]{0,62})"
              + "[^\\n#$%>]{0,200}[#$%>] ?[^\\n]{0,200}(?:nvidia-smi|amd-smi|rocm-smi|/sys/)");

  /** A dump of the kernel's files may be of one card of several. */
  private static final String KERNEL_FILES = "grep -r";

  private final List<Gpu> one;
  private final List<Gpu> other;
  private final boolean wholeLists;

  private RecordedContradiction(List<Gpu> one, List<Gpu> other, boolean wholeLists) {
    this.one = one;
    this.other = other;
    this.wholeLists = wholeLists;
  }

  /**
   * One recorded output.
   *
   * @param answer what was read in it
   */
  public record Output(String text, RecordedAnswer answer) {

    private Optional<String> host() {
      Matcher prompt = PROMPT.matcher(text);
      return prompt.find()
          ? Optional.of(prompt.group(1).toLowerCase(Locale.ROOT))
          : Optional.empty();
    }

    /** Those of which more is said than that they are out of reach. */
    private List<Gpu> cards(GpuVendor vendor) {
      return answer.gpus().stream()
          .filter(gpu -> gpu.vendor() == vendor)
          .filter(
              gpu ->
                  gpu.state() == GpuState.OK
                      || gpu.uuid().isPresent()
                      || gpu.memoryTotal().measured().isPresent())
          .toList();
    }

    private boolean ofKernel() {
      return answer.form().startsWith(KERNEL_FILES);
    }
  }

  /**
   * @return for a person, as {@code 2 NVIDIA GPUs in the one, 8 in the other}; empty where they may
   *     be of one machine
   */
  public static Optional<String> between(Output one, Output other) {
    Optional<String> hosts =
        differing(one.host(), other.host(), (a, b) -> MESSAGES.text("recorded.host", a, b));
    return hosts.or(
        () ->
            Stream.of(GpuVendor.values())
                .flatMap(vendor -> ofVendor(vendor, one, other).stream())
                .findFirst());
  }

  private static Optional<String> ofVendor(GpuVendor vendor, Output one, Output other) {
    List<Gpu> first = one.cards(vendor);
    List<Gpu> second = other.cards(vendor);
    if (first.isEmpty() || second.isEmpty()) {
      return Optional.empty();
    }
    RecordedContradiction pair =
        new RecordedContradiction(first, second, !one.ofKernel() && !other.ofKernel());
    return vendor == GpuVendor.NVIDIA ? pair.ofNvidia() : pair.ofAmd();
  }

  /** AMD's tools and files have three versions of one driver, and as many names of one card. */
  private Optional<String> ofAmd() {
    return sameCard().or(this::cards);
  }

  private Optional<String> ofNvidia() {
    return differing(driver(one), driver(other), (a, b) -> MESSAGES.text("recorded.driver", a, b))
        .or(this::sameCard)
        .or(this::cards)
        .or(this::models);
  }

  private static Optional<String> driver(List<Gpu> gpus) {
    return gpus.stream().flatMap(gpu -> gpu.driver().stream()).findFirst();
  }

  /** One id at two places, or two ids at one. */
  private Optional<String> sameCard() {
    Map<String, Gpu> byId = by(one, RecordedContradiction::id);
    Map<PciAddress, Gpu> byPlace = by(one, RecordedContradiction::place);
    for (Gpu gpu : other) {
      Optional<Gpu> same = id(gpu).map(byId::get);
      Optional<String> moved =
          differing(
              same.flatMap(RecordedContradiction::place),
              place(gpu),
              (a, b) -> MESSAGES.text("recorded.place", id(gpu).orElse(""), a, b));
      Optional<String> replaced =
          differing(
              place(gpu).map(byPlace::get).flatMap(RecordedContradiction::id),
              id(gpu),
              (a, b) -> MESSAGES.text("recorded.uuid", gpu.pciAddress(), a, b));
      if (moved.isPresent() || replaced.isPresent()) {
        return moved.or(() -> replaced);
      }
    }
    return Optional.empty();
  }

  /** How many, and where. Where one id is in both, each may list some of the cards only. */
  private Optional<String> cards() {
    Set<String> ids = by(one, RecordedContradiction::id).keySet();
    if (other.stream().anyMatch(gpu -> id(gpu).filter(ids::contains).isPresent())) {
      return Optional.empty();
    }
    if (ids.size() == one.size() && by(other, RecordedContradiction::id).size() == other.size()) {
      return Optional.of(noneInCommon(RecordedContradiction::id));
    }
    Set<PciAddress> places = by(one, RecordedContradiction::place).keySet();
    Set<PciAddress> others = by(other, RecordedContradiction::place).keySet();
    boolean placed = places.size() == one.size() && others.size() == other.size();
    if (!wholeLists && placed) {
      return places.containsAll(others) || others.containsAll(places)
          ? Optional.empty()
          : Optional.of(noneInCommon(RecordedContradiction::place));
    }
    if (one.size() != other.size()) {
      String vendor = one.get(0).vendor().name();
      return Optional.of(MESSAGES.text("recorded.count", vendor, one.size(), other.size()));
    }
    return placed && !places.equals(others)
        ? Optional.of(noneInCommon(RecordedContradiction::place))
        : Optional.empty();
  }

  private <K> String noneInCommon(Function<Gpu, Optional<K>> key) {
    return MESSAGES.text("recorded.cards", listed(one, key), listed(other, key));
  }

  private static <K> String listed(List<Gpu> gpus, Function<Gpu, Optional<K>> key) {
    return gpus.stream()
        .flatMap(gpu -> key.apply(gpu).stream())
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }

  /** Each model of the one is in the other, as often. */
  private Optional<String> models() {
    List<Gpu> left = new ArrayList<>(other);
    for (Gpu gpu : one) {
      Optional<Gpu> same =
          left.stream().filter(o -> NvidiaModel.mayBeOne(gpu.model(), o.model())).findFirst();
      if (same.isEmpty() && one.size() == other.size()) {
        return Optional.of(noneInCommon(g -> Optional.of(g.model())));
      }
      same.ifPresent(left::remove);
    }
    return Optional.empty();
  }

  /** Absent for one that was masked, and for what stands for a card that has none. */
  private static Optional<String> id(Gpu gpu) {
    return gpu.uuid()
        .filter(id -> id.indexOf('*') < 0 && !id.endsWith(gpu.pciAddress().toString()));
  }

  private static Optional<PciAddress> place(Gpu gpu) {
    return Optional.of(gpu.pciAddress()).filter(at -> !UnknownPlace.isOne(at));
  }

  private static <K> Map<K, Gpu> by(List<Gpu> gpus, Function<Gpu, Optional<K>> key) {
    return gpus.stream()
        .filter(gpu -> key.apply(gpu).isPresent())
        .collect(Collectors.toMap(gpu -> key.apply(gpu).orElseThrow(), gpu -> gpu, (a, b) -> a));
  }

  private interface Words<T> {
    String of(T one, T other);
  }

  private static <T> Optional<String> differing(
      Optional<T> one, Optional<T> other, Words<T> words) {
    return one.isEmpty() || other.isEmpty() || one.equals(other)
        ? Optional.empty()
        : Optional.of(words.of(one.get(), other.get()));
  }
}
