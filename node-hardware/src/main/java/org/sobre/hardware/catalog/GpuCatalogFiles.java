package org.sobre.hardware.catalog;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.PciId;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.SysRoot;

/**
 * Where the catalogue lies. A file that is wrong takes nothing from the other, and neither stops
 * anybody: a card of which nothing more is known is a card all the same.
 *
 * @param site the machine's own, which may be absent
 * @param shipped that of the package
 */
public record GpuCatalogFiles(Path site, Path shipped) {

  /** How its report is called among those of the probes. */
  public static final String PROBE = "catalog";

  private static final String NAME = "gpu-catalog.yaml";

  /** What {@link YamlDocument} refuses, and says so. */
  private static final int LONGEST_TEXT = 1 << 20;

  /**
   * The catalogue and how reading it went.
   *
   * @param report one of several problems is told; {@code sobre config check} tells all
   */
  public record Loaded(GpuCatalog catalog, ProbeReport report) {

    public Loaded {
      requireNonNull(catalog, "catalog");
      requireNonNull(report, "report");
    }
  }

  public GpuCatalogFiles {
    requireNonNull(site, "site");
    requireNonNull(shipped, "shipped");
  }

  /** Those of a machine, or of a tree that looks like one. */
  public static GpuCatalogFiles of(SysRoot root) {
    return in(root.root(), root.root().resolve("usr/share/sobre"));
  }

  /** Those of this machine; the property {@code sobre.share} says where a checkout has its own. */
  public static GpuCatalogFiles ofThisMachine() {
    return in(Path.of("/"), Path.of(System.getProperty("sobre.share", "/usr/share/sobre")));
  }

  private static GpuCatalogFiles in(Path root, Path share) {
    return new GpuCatalogFiles(root.resolve("etc/sobre").resolve(NAME), share.resolve(NAME));
  }

  /** The site's models over the shipped ones, all of them. */
  public Loaded load() {
    return load(problems -> read(shipped, GpuCatalog.EMPTY, problems));
  }

  /**
   * The site's models over those of the shipped ones that these cards may be, in a fraction of the
   * time of {@link #load}.
   *
   * @param ids what each card says it is
   */
  public Loaded loadFor(List<Gpu> gpus, Function<Gpu, Optional<PciId>> ids) {
    List<CatalogExcerpt.Wanted> cards =
        gpus.stream().map(gpu -> CatalogExcerpt.Wanted.of(gpu, ids.apply(gpu))).toList();
    return load(problems -> excerpt(cards, problems));
  }

  private GpuCatalog excerpt(List<CatalogExcerpt.Wanted> cards, Problems problems)
      throws IOException {
    if (!Files.isRegularFile(shipped) || Files.size(shipped) > LONGEST_TEXT) {
      return read(shipped, GpuCatalog.EMPTY, problems);
    }
    String text = CatalogExcerpt.of(Files.readString(shipped), cards);
    return GpuCatalogReader.from(
        YamlDocument.parse(shipped.toString(), text, problems), GpuCatalog.EMPTY);
  }

  @FunctionalInterface
  private interface Shipped {
    GpuCatalog read(Problems problems) throws IOException;
  }

  private Loaded load(Shipped reading) {
    long begin = System.nanoTime();
    if (!Files.exists(site) && !Files.exists(shipped)) {
      return new Loaded(
          GpuCatalog.EMPTY, report(Outcome.ABSENT, begin, Optional.of("no " + shipped + " here")));
    }
    Problems problems = new Problems();
    GpuCatalog below = GpuCatalog.EMPTY;
    Optional<String> fault = Optional.empty();
    try {
      below = reading.read(problems);
    } catch (IOException e) {
      fault = Optional.of(shipped + " cannot be read: " + e);
    }
    GpuCatalog all = below;
    try {
      all = read(site, below, problems).over(below);
    } catch (IOException e) {
      fault = Optional.of(site + " cannot be read: " + e);
    }
    Optional<String> complaint = fault.or(() -> firstOf(problems));
    Outcome outcome = complaint.isPresent() ? Outcome.WARNED : Outcome.OK;
    return new Loaded(all, report(outcome, begin, complaint));
  }

  /**
   * One of the files; no model if it is not there.
   *
   * @param below the catalogue over which it stands
   * @throws IOException if it is there and cannot be read
   */
  public static GpuCatalog read(Path file, GpuCatalog below, Problems problems) throws IOException {
    return Files.exists(file)
        ? GpuCatalogReader.from(YamlDocument.read(file, problems), below)
        : GpuCatalog.EMPTY;
  }

  private static Optional<String> firstOf(Problems problems) {
    return problems.all().stream()
        .findFirst()
        .map(first -> first + "; sobre config check shows all problems of the catalogue");
  }

  private static ProbeReport report(Outcome outcome, long begin, Optional<String> detail) {
    return new ProbeReport(PROBE, outcome, Duration.ofNanos(System.nanoTime() - begin), detail);
  }
}
