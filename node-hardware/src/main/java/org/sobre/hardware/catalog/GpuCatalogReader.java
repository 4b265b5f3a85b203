package org.sobre.hardware.catalog;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/**
 * Binds {@code gpu-catalog.yaml}. What is wrong is added to the section's problems and is then not
 * known; the rest is read on.
 */
public final class GpuCatalogReader {

  public static final String SCHEMA = "sobre-gpu-catalog/1";

  private static final Messages MESSAGES = Messages.of(GpuCatalogReader.class);

  private GpuCatalogReader() {}

  /**
   * @param below the catalogue over which this one stands: its sources may be named here
   */
  public static GpuCatalog from(YamlSection top, GpuCatalog below) {
    top.oneOf("schema", List.of(SCHEMA));
    Map<String, String> sources = new LinkedHashMap<>(below.sources());
    YamlSection cited = top.section("sources");
    for (String word : cited.keys()) {
      cited.string(word).ifPresent(text -> sources.put(word, text));
    }
    List<GpuModel> models = new ArrayList<>();
    Map<String, String> seen = new LinkedHashMap<>();
    for (YamlSection entry : top.sections("models")) {
      new GpuModelReader(entry, sources)
          .read()
          .filter(model -> isNew(model, entry, seen))
          .ifPresent(models::add);
    }
    top.refuseUnknownKeys();
    return new GpuCatalog(models, sources);
  }

  private static boolean isNew(GpuModel model, YamlSection entry, Map<String, String> seen) {
    String other = seen.putIfAbsent(GpuCatalog.key(model), model.name());
    if (other != null) {
      entry.problem("model", MESSAGES.text("catalog.model.twice", other));
    }
    return other == null;
  }

  /** The texts that the words stand for; a text of several words stands for itself. */
  static List<String> sources(YamlSection section, Map<String, String> known) {
    List<String> texts = new ArrayList<>();
    for (String source : section.strings("source")) {
      Optional<String> text =
          Optional.ofNullable(known.get(source)).or(() -> ofItself(source.strip()));
      if (text.isEmpty()) {
        section.problem(
            "source",
            MESSAGES.text(
                "catalog.source.unknown", source, Suggestion.clause(source, known.keySet())));
      }
      text.ifPresent(texts::add);
    }
    return List.copyOf(texts);
  }

  private static Optional<String> ofItself(String source) {
    return Optional.of(source).filter(text -> text.indexOf(' ') > 0);
  }
}
