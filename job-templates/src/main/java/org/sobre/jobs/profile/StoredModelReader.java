package org.sobre.jobs.profile;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.units.MemorySize;

/** The section {@code store} of a profile: {@code {huggingFace: OWNER/NAME, diskMiB: 5000}}. */
final class StoredModelReader {

  private static final Messages MESSAGES = Messages.of(StoredModelReader.class);

  private static final String HUGGING_FACE = "huggingFace";
  private static final String OLLAMA = "ollama";
  private static final long MOST_MEBIBYTES = 1L << 24;

  private static final Pattern OF_HUB =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9][A-Za-z0-9._-]{0,95})?");

  /** As {@code llama3.1:8b}, of another than ollama's own with its owner. */
  private static final Pattern OF_OLLAMA =
      Pattern.compile(
          "([A-Za-z0-9][A-Za-z0-9._-]{0,95}/)?[A-Za-z0-9][A-Za-z0-9._-]{0,95}"
              + "(:[A-Za-z0-9][A-Za-z0-9._-]{0,95})?");

  private StoredModelReader() {}

  /** Absent also where it is wrong: then a problem is noted. */
  static Optional<StoredModel> read(YamlSection section) {
    if (section.isEmpty()) {
      return Optional.empty();
    }
    Optional<String> hub = section.value(HUGGING_FACE, name(OF_HUB));
    Optional<String> ollama = section.value(OLLAMA, name(OF_OLLAMA));
    OptionalLong disk = section.integer("diskMiB", 1, MOST_MEBIBYTES);
    section.refuseUnknownKeys();
    if (section.has(HUGGING_FACE) == section.has(OLLAMA)) {
      section.problem(HUGGING_FACE, MESSAGES.text("store.either"));
      return Optional.empty();
    }
    Optional<MemorySize> size =
        disk.isPresent() ? Optional.of(MemorySize.ofMebibytes(disk.getAsLong())) : Optional.empty();
    return hub.map(name -> new StoredModel(StoredModel.Hub.HUGGING_FACE, name, size))
        .or(() -> ollama.map(name -> new StoredModel(StoredModel.Hub.OLLAMA, name, size)));
  }

  private static ScalarType<String> name(Pattern form) {
    return ScalarType.of(
        MESSAGES.text("type.model"),
        text -> Optional.of(text).filter(name -> form.matcher(name).matches()));
  }
}
