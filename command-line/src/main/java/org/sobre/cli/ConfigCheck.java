package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.labs.LabsReader;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.catalog.GpuCatalogReader;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.ConfiguredTools;
import org.sobre.jobs.profile.ProfileCatalog;
import org.sobre.jobs.profile.ProfileReader;
import org.sobre.slurm.policy.PolicyOptions;

/**
 * Reads every document of Sobre by the readers that the commands use. Nothing is thrown for what is
 * wrong with a document: it is noted, and the next one is read. Not thread-safe.
 */
final class ConfigCheck {

  private static final Messages MESSAGES = Messages.of(ConfigCheck.class);

  private final String host;
  private final boolean here;
  private final List<CheckedDocument> documents = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private final List<String> overrides = new ArrayList<>();

  /**
   * @param host short name of the machine whose overrides are named
   * @param here whether it is this machine, so that the programs named should be on it
   */
  ConfigCheck(String host, boolean here) {
    this.host = host;
    this.here = here;
  }

  void configuration(Optional<Path> named) {
    SobreConfig config;
    try {
      config = SobreConfig.load(named, host);
    } catch (IOException e) {
      String source = named.orElse(SobreConfig.DEFAULT_FILE).toString();
      add(CheckedDocument.unreadable(source, SobreConfig.SCHEMA, Main.inputOutput(e)));
      return;
    }
    WholeConfig whole = WholeConfig.of(config);
    Problems problems = config.problems();
    if (here) {
      ConfiguredTools.missing(config.discovery(), System.getenv("PATH")).forEach(problems::remark);
    }
    add(read(config.source(), SobreConfig.SCHEMA, problems));
    overrides.addAll(config.overrides());
    if (problems.isEmpty() && whole.slurm().controller().isEmpty()) {
      notes.add(MESSAGES.text("config.check.station"));
    }
    if (!config.overrides().isEmpty()) {
      notes.add(
          MESSAGES.text("config.check.overrides", host, String.join(", ", config.overrides())));
    }
  }

  /** A link to a share that is away is there, and cannot be read. */
  private static boolean isThere(Path file) {
    return !Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Those of the files that are there: the first is the one that counts. */
  void factors(List<Path> candidates) {
    for (Path file : candidates) {
      if (isThere(file)) {
        Problems problems = new Problems();
        try {
          Factors.from(YamlDocument.read(file, problems));
          add(read(file.toString(), Factors.SCHEMA, problems));
        } catch (IOException e) {
          add(CheckedDocument.unreadable(file.toString(), Factors.SCHEMA, Main.inputOutput(e)));
        }
      }
    }
  }

  /** Which accounts are which lab, if the site has said so. */
  void labs(Path file) {
    if (!isThere(file)) {
      return;
    }
    Problems problems = new Problems();
    try {
      LabsReader.from(YamlDocument.read(file, problems));
      add(read(file.toString(), LabsReader.SCHEMA, problems));
    } catch (IOException e) {
      add(CheckedDocument.unreadable(file.toString(), LabsReader.SCHEMA, Main.inputOutput(e)));
    }
  }

  /** The site's choices for jobs at their submission, if it has made any. */
  void policy(Path file) {
    if (!isThere(file)) {
      return;
    }
    Problems problems = new Problems();
    try {
      PolicyOptions.from(YamlDocument.read(file, problems));
      add(read(file.toString(), PolicyOptions.SCHEMA, problems));
    } catch (IOException e) {
      add(CheckedDocument.unreadable(file.toString(), PolicyOptions.SCHEMA, Main.inputOutput(e)));
    }
  }

  /** The shipped catalogue, then the site's, which may name the sources of the other. */
  void catalog(GpuCatalogFiles files) {
    catalog(files.site(), catalog(files.shipped(), GpuCatalog.EMPTY));
  }

  private GpuCatalog catalog(Path file, GpuCatalog below) {
    if (!isThere(file)) {
      return below;
    }
    Problems problems = new Problems();
    try {
      GpuCatalog read = GpuCatalogFiles.read(file, below, problems);
      add(read(file.toString(), GpuCatalogReader.SCHEMA, problems));
      return read;
    } catch (IOException e) {
      String why = Main.inputOutput(e);
      add(CheckedDocument.unreadable(file.toString(), GpuCatalogReader.SCHEMA, why));
      return below;
    }
  }

  /** Every profile that a name would find. */
  void profiles(ProfileCatalog catalog) throws IOException {
    for (Path file : catalog.list().values()) {
      String source = file.toString();
      Problems problems = new Problems();
      try {
        ProfileReader.read(file, problems);
        add(read(source, ProfileReader.SCHEMA, problems));
      } catch (ConfigurationException e) {
        e.problems().forEach(problems::add);
        add(read(source, ProfileReader.SCHEMA, problems));
      } catch (IOException e) {
        add(CheckedDocument.unreadable(source, ProfileReader.SCHEMA, Main.inputOutput(e)));
      }
    }
  }

  String host() {
    return host;
  }

  List<CheckedDocument> documents() {
    return List.copyOf(documents);
  }

  List<Problem> problems() {
    return documents.stream().flatMap(document -> document.problems().stream()).toList();
  }

  List<Problem> remarks() {
    return documents.stream().flatMap(document -> document.remarks().stream()).toList();
  }

  /** What is said of the configuration as a whole. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** The items of {@code nodes:} that hold on the host. */
  List<String> overrides() {
    return List.copyOf(overrides);
  }

  private void add(CheckedDocument document) {
    documents.add(document);
  }

  private static CheckedDocument read(String source, String schema, Problems problems) {
    return new CheckedDocument(
        source, schema, Optional.empty(), problems.all(), problems.remarks());
  }
}
