package org.sobre.hardware.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * {@code sobre.yaml}, split into the sections that each module binds to its own record. What is in
 * a section is its module's business; that a section exists is this class's.
 *
 * @param source the file, or a name for the defaults where there is none
 * @param cluster name of the cluster in the ledger; absent until configured
 * @param timeZone in which reports cut days and months; absent until configured
 */
public record SobreConfig(
    String source,
    Optional<String> cluster,
    Optional<ZoneId> timeZone,
    YamlSection slurm,
    YamlSection discovery,
    YamlSection meters,
    YamlSection ledger,
    YamlSection store,
    Problems problems) {

  /** Where it is looked for when not named. */
  public static final Path DEFAULT_FILE = Path.of("/etc/sobre/sobre.yaml");

  private static final String SCHEMA = "sobre/1";

  /**
   * Reads the file named, or the default one if it is there, or nothing: every key has a default.
   * Problems are collected, not thrown: the caller binds its sections first and then calls {@link
   * Problems#refuseIfAny()}.
   *
   * @throws IOException if a file that was named cannot be read
   */
  public static SobreConfig load(Optional<Path> named) throws IOException {
    Problems problems = new Problems();
    Path file = named.orElse(DEFAULT_FILE);
    if (named.isEmpty() && !Files.exists(file)) {
      return split(YamlDocument.parse("(defaults)", "", problems), problems);
    }
    return split(YamlDocument.read(file, problems), problems);
  }

  /** For tests: a configuration from a text. */
  public static SobreConfig parse(String source, String text) {
    Problems problems = new Problems();
    return split(YamlDocument.parse(source, text, problems), problems);
  }

  private static SobreConfig split(YamlSection top, Problems problems) {
    top.oneOf("schema", List.of(SCHEMA));
    SobreConfig config =
        new SobreConfig(
            top.source(),
            top.string("cluster"),
            zone(top),
            top.section("slurm"),
            top.section("discovery"),
            top.section("meters"),
            top.section("ledger"),
            top.section("store"),
            problems);
    top.refuseUnknownKeys();
    return config;
  }

  private static Optional<ZoneId> zone(YamlSection top) {
    Optional<String> name = top.string("timeZone");
    try {
      return name.map(ZoneId::of);
    } catch (DateTimeException e) {
      top.problem(
          "timeZone",
          "expected a time zone as Europe/Paris, found \""
              + name.orElse("")
              + "\""
              + Suggestion.clause(name.orElse(""), ZoneId.getAvailableZoneIds()));
      return Optional.empty();
    }
  }
}
