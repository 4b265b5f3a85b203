package org.sobre.hardware.catalog;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.PciId;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;

/** One item of {@code models:}. A number without source is a problem. */
final class GpuModelReader {

  private static final Messages MESSAGES = Messages.of(GpuModelReader.class);

  private static final Pattern DATE = Pattern.compile("\\d{4}(-\\d{2}(-\\d{2})?)?");
  private static final Pattern CURRENCY = Pattern.compile("[A-Z]{3}");
  private static final Pattern ARCHITECTURE = Pattern.compile("[a-z][a-z0-9.]*");
  private static final Pattern COMPUTE_CAPABILITY = Pattern.compile("[1-9][0-9]?\\.[0-9]");
  private static final Pattern GFX = Pattern.compile("gfx[0-9a-f]{3,5}");

  private static final int MAX_WATTS = 5000;
  private static final long MAX_MIB = 1 << 22;
  private static final double MAX_GIGABYTES_PER_SECOND = 1e6;
  private static final double MAX_KILOGRAMS = 1e5;
  private static final double MAX_PERCENT = 1000;
  private static final double MAX_PRICE = 1e7;
  private static final double LEAST = 1e-6;

  private final YamlSection entry;
  private final Map<String, String> sources;

  /**
   * @param sources what the words of {@code source:} stand for
   */
  GpuModelReader(YamlSection entry, Map<String, String> sources) {
    this.entry = entry;
    this.sources = sources;
  }

  /** Empty, with a problem, for one without vendor or name. */
  Optional<GpuModel> read() {
    Optional<GpuVendor> vendor =
        entry
            .oneOf("vendor", vendors().map(GpuVendor::jsonName).toList())
            .flatMap(word -> vendors().filter(one -> one.jsonName().equals(word)).findFirst());
    entry.require("vendor");
    Optional<String> name = entry.value("model", name());
    entry.require("model");
    // also of an item without vendor or name, so that its other problems are found too
    GpuModel model = facts(vendor, name.orElse(""));
    entry.refuseUnknownKeys();
    return vendor.isPresent() && name.isPresent() ? Optional.of(model) : Optional.empty();
  }

  private static Stream<GpuVendor> vendors() {
    return Arrays.stream(GpuVendor.values());
  }

  private GpuModel facts(Optional<GpuVendor> vendor, String name) {
    return new GpuModel(
        vendor.orElse(GpuVendor.NVIDIA),
        name,
        entry.strings("names"),
        pciIds(vendor),
        entry.oneOf("family", GpuFamily.jsonNames()).flatMap(GpuFamily::ofJsonName),
        entry.value("architecture", form("catalog.type.architecture", ARCHITECTURE)),
        ofVendor(vendor, GpuVendor.NVIDIA, "computeCapability", COMPUTE_CAPABILITY),
        ofVendor(vendor, GpuVendor.AMD, "gfx", GFX),
        identitySources(),
        cited("tdpWatts", GpuModelReader::watts),
        cited("memory", GpuModelReader::memory),
        cited("launchPrice", section -> price(section, "amount", false)),
        cited("embodied", GpuModelReader::embodied),
        cited("cloudPrice", section -> price(section, "amountPerHour", true)));
  }

  private List<PciId> pciIds(Optional<GpuVendor> vendor) {
    List<PciId> ids = new ArrayList<>();
    String prefix = vendor.map(GpuModelReader::pciVendor).orElse("");
    for (String text : entry.strings("pciIds")) {
      Optional<PciId> id = PciId.parse(text).filter(read -> read.vendor().startsWith(prefix));
      if (id.isEmpty()) {
        entry.problem("pciIds", MESSAGES.text("catalog.id.form", prefix, text));
      }
      id.ifPresent(ids::add);
    }
    return ids;
  }

  /** The code that the PCI-SIG gave. */
  private static String pciVendor(GpuVendor vendor) {
    return switch (vendor) {
      case NVIDIA -> "10de";
      case AMD -> "1002";
    };
  }

  private Optional<String> ofVendor(
      Optional<GpuVendor> vendor, GpuVendor its, String key, Pattern form) {
    Optional<String> word = entry.value(key, form("catalog.type." + key, form));
    Optional<GpuVendor> other = vendor.filter(found -> found != its);
    if (word.isPresent() && other.isPresent()) {
      entry.problem(
          key, MESSAGES.text("catalog.vendor.only", its.jsonName(), other.get().jsonName()));
      return Optional.empty();
    }
    return word;
  }

  private List<String> identitySources() {
    if (entry.has("computeCapability") || entry.has("gfx")) {
      entry.require("source", MESSAGES.text("catalog.type.source"));
    }
    return GpuCatalogReader.sources(entry, sources);
  }

  /** A group of values and the source of all of them. */
  private <T> Optional<Cited<T>> cited(String key, Function<YamlSection, Optional<T>> read) {
    if (!entry.has(key)) {
      return Optional.empty();
    }
    YamlSection section = entry.section(key);
    if (!entry.hasMapping(key)) {
      // said by section(): a number alone has no source to judge
      return Optional.empty();
    }
    Optional<T> value = read.apply(section);
    section.require("source", MESSAGES.text("catalog.type.source"));
    List<String> who = GpuCatalogReader.sources(section, sources);
    section.refuseUnknownKeys();
    return who.isEmpty() ? Optional.empty() : value.map(known -> new Cited<>(known, who));
  }

  private static Optional<Integer> watts(YamlSection section) {
    section.require("value");
    OptionalLong watts = section.integer("value", 1, MAX_WATTS);
    return watts.isPresent() ? Optional.of((int) watts.getAsLong()) : Optional.empty();
  }

  private static Optional<VideoMemory> memory(YamlSection section) {
    OptionalLong size = section.integer("sizeMiB", 1, MAX_MIB);
    return Optional.of(
        new VideoMemory(
            size.isPresent()
                ? Optional.of(MemorySize.ofMebibytes(size.getAsLong()))
                : Optional.empty(),
            section.string("type"),
            section.number("bandwidthGBs", LEAST, MAX_GIGABYTES_PER_SECOND)));
  }

  private static Optional<Price> price(YamlSection section, String key, boolean rented) {
    Optional<BigDecimal> amount = decimal(section, key, MAX_PRICE);
    section.require(key);
    Optional<String> currency = section.value("currency", form("catalog.type.currency", CURRENCY));
    section.require("currency");
    Optional<String> date = section.value("date", form("catalog.type.date", DATE));
    section.require("date");
    Optional<String> provider = rented ? section.string("provider") : Optional.empty();
    if (rented) {
      section.require("provider");
    }
    return amount.isPresent() && currency.isPresent() && date.isPresent()
        ? Optional.of(new Price(amount.get(), currency.get(), date.get(), provider))
        : Optional.empty();
  }

  private static Optional<EmbodiedCarbon> embodied(YamlSection section) {
    Optional<BigDecimal> kilograms = decimal(section, "kgCO2e", MAX_KILOGRAMS);
    section.require("kgCO2e");
    Optional<BigDecimal> uncertainty = decimal(section, "uncertaintyPercent", MAX_PERCENT);
    Optional<String> scope = section.string("scope");
    return kilograms.map(known -> new EmbodiedCarbon(known, uncertainty, scope));
  }

  private static Optional<BigDecimal> decimal(YamlSection section, String key, double most) {
    OptionalDouble number = section.number(key, LEAST, most);
    return number.isPresent()
        ? Optional.of(BigDecimal.valueOf(number.getAsDouble()))
        : Optional.empty();
  }

  private static ScalarType<String> form(String expected, Pattern form) {
    return ScalarType.of(
        MESSAGES.text(expected),
        text -> Optional.of(text).filter(word -> form.matcher(word).matches()));
  }

  private static ScalarType<String> name() {
    return ScalarType.of(
        MESSAGES.text("catalog.type.model"),
        text -> Optional.of(text).filter(word -> !ModelName.of(word).form().isEmpty()));
  }
}
