package org.sobre.jobs.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.message.Messages;

/** Reads a profile from its YAML. */
public final class ProfileReader {

  public static final String SCHEMA = "sobre-profile/1";

  private static final Messages MESSAGES = Messages.of(ProfileReader.class);

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final int MAX_BATCH = MemoryModel.LARGEST_BATCH;
  private static final int MAX_CARD_GIGABYTES = 4096;

  private ProfileReader() {}

  /**
   * @param source what to call the text in messages
   * @throws ConfigurationException with everything that is wrong in it
   */
  public static ModelProfile parse(String source, String text) throws ConfigurationException {
    Problems problems = new Problems();
    return bind(YamlDocument.parse(source, text, problems), problems);
  }

  /**
   * As {@link #parse}, from a file.
   *
   * @throws IOException if it cannot be read at all
   */
  public static ModelProfile read(Path file) throws IOException, ConfigurationException {
    return read(file, new Problems());
  }

  /**
   * As {@link #read(Path)}, for who wants to know what is to be remarked, too.
   *
   * @param problems empty; then what is wrong, and what is not and may surprise its writer
   * @throws IOException if it cannot be read at all
   */
  public static ModelProfile read(Path file, Problems problems)
      throws IOException, ConfigurationException {
    return bind(YamlDocument.read(file, problems), problems);
  }

  private static ModelProfile bind(YamlSection top, Problems problems)
      throws ConfigurationException {
    if (top.isEmpty()) {
      // no YAML at all: that every key is missing as well would only hide it
      problems.refuseIfAny();
    }
    schema(top);
    String name = name(top);
    Optional<Task> task = task(top);
    String unit = top.requiredString("unit");
    OptionalInt effectiveBatch = toInt(top.integer("effectiveBatch", 1, MAX_BATCH));
    Processor device = device(top);
    Requirements requires = requirements(top.section("requires"));
    List<Variant> variants = variants(top, task, device);
    Optional<ModelProfile.VramFloor> floor = floor(top.section("policy"));
    ModelProfile.Options options = options(top.section("command"));
    Optional<String> resume = top.string("resume");
    Optional<StoredModel> store = StoredModelReader.read(top.section("store"));
    top.refuseUnknownKeys();
    problems.refuseIfAny();
    return new ModelProfile(
        name,
        task.orElseThrow(),
        unit,
        effectiveBatch,
        requires,
        variants,
        floor,
        options,
        resume,
        device,
        store);
  }

  /** What is asked of cards is nothing to ask of processors. */
  private static Processor device(YamlSection top) {
    List<String> words = Stream.of(Processor.values()).map(Processor::yamlName).toList();
    Processor device =
        top.oneOf("device", words).flatMap(Processor::ofYamlName).orElse(Processor.GPU);
    if (device == Processor.CPU) {
      Stream.of("requires", "policy")
          .filter(top::has)
          .forEach(key -> top.problem(key, MESSAGES.text("cpu.card")));
    }
    return device;
  }

  private static void schema(YamlSection top) {
    top.oneOf("schema", List.of(SCHEMA));
    top.require("schema", SCHEMA);
  }

  private static List<Variant> variants(YamlSection top, Optional<Task> task, Processor device) {
    List<YamlSection> sections = top.sections("variants");
    if (sections.isEmpty()) {
      top.problem("variants", MESSAGES.text("variants.none"));
    }
    return sections.stream()
        .map(section -> variant(section, task, device))
        .flatMap(Optional::stream)
        .toList();
  }

  private static String name(YamlSection top) {
    top.require("name");
    ScalarType<String> type =
        ScalarType.of(
            MESSAGES.text("type.name"),
            text -> Optional.of(text).filter(name -> NAME.matcher(name).matches()));
    return top.value("name", type).orElse("");
  }

  private static Optional<Task> task(YamlSection top) {
    List<String> words = Stream.of(Task.values()).map(Task::yamlName).toList();
    top.require("task", String.join(", ", words));
    return top.oneOf("task", words).flatMap(Task::ofYamlName);
  }

  private static Requirements requirements(YamlSection section) {
    Requirements requirements =
        new Requirements(
            words(section, "vendors", GpuVendor.values(), GpuVendor::jsonName),
            version(section, "minComputeCapability"),
            version(section, "minDriver"),
            words(section, "precisions", Precision.values(), Precision::yamlName));
    section.refuseUnknownKeys();
    return requirements;
  }

  private static <E> List<E> words(
      YamlSection section, String key, E[] known, Function<E, String> spelling) {
    List<String> words = section.strings(key);
    List<String> spellings = Stream.of(known).map(spelling).toList();
    words.stream()
        .filter(word -> !spellings.contains(word))
        .forEach(
            word ->
                section.problem(
                    key,
                    MESSAGES.text("words.unknown", String.join(", ", spellings), word)
                        + Suggestion.clause(word, spellings)));
    return Stream.of(known).filter(value -> words.contains(spelling.apply(value))).toList();
  }

  private static Optional<Version> version(YamlSection section, String key) {
    return section.value(key, ScalarType.of(MESSAGES.text("type.version"), Version::parse));
  }

  /** Absent if its memory model is wrong; the problem is then already noted. */
  private static Optional<Variant> variant(
      YamlSection section, Optional<Task> task, Processor device) {
    String name = section.requiredString("name");
    Map<String, String> key = new LinkedHashMap<>();
    YamlSection keys = section.section("key");
    keys.keys().forEach(k -> keys.string(k).ifPresent(value -> key.put(k, value)));
    section.require("memory");
    Optional<MemoryModel> memory = MemoryModelReader.read(section.section("memory"), task, device);
    Optional<String> loses = section.string("loses");
    Optional<Version> capability = capability(section, device);
    section.refuseUnknownKeys();
    return memory.map(model -> new Variant(name, key, model, loses, capability));
  }

  private static Optional<Version> capability(YamlSection variant, Processor device) {
    if (device == Processor.CPU && variant.has("requires")) {
      variant.problem("requires", MESSAGES.text("cpu.card"));
    }
    YamlSection requires = variant.section("requires");
    Optional<Version> capability = version(requires, "minComputeCapability");
    requires.refuseUnknownKeys();
    return capability;
  }

  private static Optional<ModelProfile.VramFloor> floor(YamlSection policy) {
    OptionalInt gigabytes = toInt(policy.integer("minVramGB", 1, MAX_CARD_GIGABYTES));
    Optional<String> reason = policy.string("reason");
    policy.refuseUnknownKeys();
    return gigabytes.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ModelProfile.VramFloor(
                gigabytes.getAsInt(),
                reason.orElseGet(() -> MESSAGES.text("floor.reason", policy.source()))));
  }

  private static ModelProfile.Options options(YamlSection command) {
    ModelProfile.Options options =
        new ModelProfile.Options(command.string("batch"), command.string("accumulation"));
    command.refuseUnknownKeys();
    return options;
  }

  static OptionalInt toInt(OptionalLong value) {
    return value.isPresent()
        ? OptionalInt.of(Math.toIntExact(value.getAsLong()))
        : OptionalInt.empty();
  }
}
