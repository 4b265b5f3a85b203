package org.sobre.hardware.gpu.nvidia;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.gpu.UnknownPlace;
import org.sobre.hardware.units.PciAddress;

/** Puts together what any form of answer says of the driver and of each card. Not thread-safe. */
final class NvidiaSmiLogBuilder {

  /** The driver's device numbers end at 255 (nvidia-modprobe, NV_CTL_DEVICE_MINOR). */
  static final int MOST_CARDS = 1024;

  /** An answer to no question can be 16 Mi empty complaints. */
  private static final int MOST_MESSAGES = 1000;

  private static final Pattern VERSION = Pattern.compile("\\d{1,5}(?:\\.\\d{1,5}){1,3}");

  private final Map<PciAddress, NvidiaSmiGpu> gpus = new LinkedHashMap<>();
  private final List<String> messages = new ArrayList<>();
  private Optional<String> driver = Optional.empty();
  private OptionalInt attached = OptionalInt.empty();
  private final List<NvidiaSmiGpu> unplaced = new ArrayList<>();

  void messages(List<String> lines) {
    messages.addAll(
        lines.subList(0, Math.min(lines.size(), Math.max(0, MOST_MESSAGES - messages.size()))));
  }

  /**
   * A text outside of the cards.
   *
   * @param name {@code driver_version}, {@code kmd_version} or {@code attached_gpus}; others are
   *     not kept
   */
  void header(String name, String printed) {
    if (name.equals("driver_version") || (name.equals("kmd_version") && driver.isEmpty())) {
      driver(printed);
    } else if (name.equals("attached_gpus")) {
      attached = NvidiaText.of(printed).wholeNumber();
    }
  }

  /**
   * @param printed the version; 610 may add {@code [Deprecated; ...]} behind it, or print nothing
   *     else
   */
  void driver(String printed) {
    Matcher m = VERSION.matcher(printed.strip());
    driver = m.lookingAt() ? Optional.of(m.group()) : driver;
  }

  /**
   * One card. A PCI address that stands twice is nobody's: the card is listed once, unreadable.
   *
   * @param id its heading, which is its address, or empty
   */
  void card(String id, NvidiaGpuFacts facts) throws NvidiaSmiFormatException {
    if (gpus.size() + unplaced.size() == MOST_CARDS) {
      throw tooManyCards();
    }
    Optional<NvidiaSmiGpu> gpu = facts.toGpu(id);
    if (gpu.isEmpty()) {
      unplaced.add(facts.at(UnknownPlace.of(unplaced.size())));
      messages(List.of("no PCI address is told of " + facts.name()));
      return;
    }
    gpus.merge(
        gpu.get().pciAddress(),
        gpu.get(),
        (one, other) -> one.unreadable("the answer tells of two cards at this address"));
  }

  static NvidiaSmiFormatException tooManyCards() {
    return new NvidiaSmiFormatException("expected at most " + MOST_CARDS + " cards, found more");
  }

  NvidiaSmiLog build() {
    List<String> all = new ArrayList<>(messages);
    int told = gpus.size() + unplaced.size();
    if (attached.isPresent() && attached.getAsInt() != told) {
      all.add("the driver counts " + attached.getAsInt() + " GPUs, the answer tells of " + told);
    }
    return new NvidiaSmiLog(driver, List.copyOf(gpus.values()), unplaced, all);
  }
}
