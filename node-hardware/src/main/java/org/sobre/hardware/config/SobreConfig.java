package org.sobre.hardware.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Period;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.message.Messages;

/**
 * {@code sobre.yaml} as it holds on one host, split into the sections that each module binds to its
 * own record. What is in a section is its module's business; that a section exists is this class's.
 *
 * @param source the file, or a name for the defaults where there is none
 * @param host the short name under which {@code nodes:} was read
 * @param cluster name of the cluster in the ledger; absent until configured
 * @param timeZone in which reports cut days and months; absent until configured
 * @param language of messages to people; absent where the environment's locale decides
 * @param whole the document under its overrides
 * @param overrides the items of {@code nodes:} that hold on this host, as {@code nodes[1]}
 */
public record SobreConfig(
    String source,
    String host,
    Optional<String> cluster,
    Optional<ZoneId> timeZone,
    Optional<Language> language,
    YamlSection slurm,
    YamlSection discovery,
    YamlSection meters,
    YamlSection ledger,
    YamlSection store,
    YamlSection report,
    YamlSection health,
    YamlSection metrics,
    YamlSection models,
    YamlSection whole,
    List<String> overrides,
    Problems problems) {

  /** Where it is looked for when not named. */
  /** The source where no file is. */
  public static final String DEFAULTS = "(defaults)";

  public static final Path DEFAULT_FILE = Path.of("/etc/sobre/sobre.yaml");

  public static final String SCHEMA = "sobre/1";

  private static final Messages MESSAGES = Messages.of(SobreConfig.class);

  private static final String OPERATORS = "operators";
  private static final String RETENTION = "retention";

  public SobreConfig {
    overrides = List.copyOf(overrides);
  }

  /**
   * Reads the file named, or the default one if it is there, or nothing: every key has a default.
   * Problems are collected, not thrown: the caller binds its sections first and then calls {@link
   * Problems#refuseIfAny()}.
   *
   * @param host short name of the machine whose overrides count
   * @throws IOException if a file that was named cannot be read
   */
  public static SobreConfig load(Optional<Path> named, String host) throws IOException {
    Problems problems = new Problems();
    return split(document(named, problems), host, problems);
  }

  /**
   * The language that a file asks for, so that what is wrong with the rest is said in it. Absent
   * also where the file cannot be used: who loads it next says why.
   */
  public static Optional<Language> languageOf(Optional<Path> named) {
    if (named.isEmpty() && !Files.exists(DEFAULT_FILE)) {
      // no YAML is opened for a help where nothing is configured
      return Optional.empty();
    }
    try {
      return language(document(named, new Problems()));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /**
   * The Unix group whose members may see others' jobs ({@code privacy.operators}); absent where
   * root is alone.
   */
  public Optional<String> operators() {
    return whole.section("privacy").string(OPERATORS);
  }

  /**
   * For how long the ledger keeps persons ({@code privacy.retention}); absent where nothing is
   * forgotten by itself.
   */
  public Optional<Period> retention() {
    return whole.section("privacy").value(RETENTION, ScalarType.period());
  }

  /** For tests: a configuration from a text. */
  public static SobreConfig parse(String source, String text, String host) {
    Problems problems = new Problems();
    return split(YamlDocument.parse(source, text, problems), host, problems);
  }

  /** For tests: as {@link #parse(String, String, String)}, for a host of no pattern. */
  public static SobreConfig parse(String source, String text) {
    return parse(source, text, "n042");
  }

  /**
   * What is configured for the host, as YAML; each line says which key of which line it is from.
   */
  public String effectiveYaml() {
    return EffectiveYaml.of(whole);
  }

  private static YamlSection document(Optional<Path> named, Problems problems) throws IOException {
    Path file = named.orElse(DEFAULT_FILE);
    return named.isEmpty() && !Files.exists(file)
        ? YamlDocument.parse(DEFAULTS, "", problems)
        : YamlDocument.read(file, problems);
  }

  private static SobreConfig split(YamlSection document, String host, Problems problems) {
    YamlSection top = ofOurSchema(document);
    List<NodeOverride> overrides = NodeOverride.of(top);
    YamlSection all = top;
    for (NodeOverride override : overrides) {
      all = all.under(override.set().withEffective(override.matches(host)));
    }
    List.of("schema", "nodes").forEach(all::reserve);
    SobreConfig config =
        new SobreConfig(
            top.source(),
            host,
            all.string("cluster"),
            all.value("timeZone", ScalarType.timeZone()),
            language(all),
            all.section("slurm"),
            all.section("discovery"),
            all.section("meters"),
            all.section("ledger"),
            all.section("store"),
            all.section("report"),
            all.section("health"),
            all.section("metrics"),
            all.section("models"),
            all,
            overrides.stream().filter(o -> o.matches(host)).map(NodeOverride::name).toList(),
            problems);
    privacy(all);
    all.refuseUnknownKeys();
    return config;
  }

  private static void privacy(YamlSection top) {
    YamlSection privacy = top.section("privacy");
    privacy.value(RETENTION, ScalarType.period());
    privacy.value(OPERATORS, ScalarType.groupName());
    privacy.refuseUnknownKeys();
  }

  /** Of a document for another version nothing else is judged: its keys mean other things. */
  private static YamlSection ofOurSchema(YamlSection document) {
    if (document.isEmpty()) {
      return document;
    }
    if (!document.has("schema")) {
      document
          .problems()
          .remark(document.layer().problem("schema", MESSAGES.text("schema.absent", SCHEMA)));
      return document;
    }
    Optional<String> schema = document.oneOf("schema", List.of(SCHEMA));
    return schema.isPresent()
        ? document
        : YamlSection.empty(document.source(), document.problems());
  }

  private static Optional<Language> language(YamlSection top) {
    return top.value("language", ScalarType.oneOf(Language.codes())).flatMap(Language::ofCode);
  }
}
