package org.sobre.accounting.factors;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.config.YamlSection;

/**
 * The document {@code factors.yaml}. What it does not give is absent from reports, never zero.
 *
 * @param pue power usage effectiveness of the room, 1 or more; none: the machines' own energy
 *     counts
 * @param grid grams per kWh, all of one basis: the one that the file chooses
 * @param price euros per kWh
 * @param heatReuse the share of the heat that warms something else
 * @param hardware prices, lives and embodied carbon
 * @param cloud prices of rented GPUs
 * @param file that they are from; absent: none was found
 */
public record Factors(
    FactorTimeline<Factor> pue,
    FactorTimeline<GridRate> grid,
    FactorTimeline<Rate> price,
    FactorTimeline<HeatReuse> heatReuse,
    Hardware hardware,
    CloudPrices cloud,
    Optional<Path> file) {

  public static final String SCHEMA = "sobre-factors/2";

  /** One value each, for ever: still read. */
  public static final String SCHEMA_1 = "sobre-factors/1";

  /** Keys of the document. */
  public static final String PUE = "pue";

  public static final String GRID = "gCo2ePerKwh";
  public static final String PRICE = "euroPerKwh";
  public static final String HEAT_REUSE = "heatReuse";

  public static final Factors NONE =
      new Factors(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  public Factors {
    requireNonNull(pue, "pue");
    requireNonNull(grid, "grid");
    requireNonNull(price, "price");
    requireNonNull(heatReuse, "heatReuse");
    requireNonNull(hardware, "hardware");
    requireNonNull(cloud, "cloud");
    requireNonNull(file, "file");
  }

  /** One value each, for ever. */
  public Factors(
      Optional<Factor> pue,
      Optional<Factor> gramsCo2ePerKilowattHour,
      Optional<Factor> euroPerKilowattHour,
      Optional<Path> file) {
    this(
        FactorTimeline.always(pue),
        FactorTimeline.always(
            gramsCo2ePerKilowattHour.map(grams -> new GridRate(grams, Optional.empty()))),
        FactorTimeline.always(euroPerKilowattHour.map(euro -> (Rate) euro)),
        FactorTimeline.none(),
        Hardware.NONE,
        CloudPrices.NONE,
        file);
  }

  /**
   * Reads the first of the files that is there; no factors if none is. A link to one that is away
   * is there, and cannot be read.
   *
   * @throws IOException if that one cannot be read
   * @throws ConfigurationException with every problem of the file
   */
  public static Factors load(List<Path> candidates) throws IOException, ConfigurationException {
    for (Path file : candidates) {
      if (!Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
        Problems problems = new Problems();
        Factors factors = from(YamlDocument.read(file, problems));
        problems.refuseIfAny();
        return factors.of(file);
      }
    }
    return NONE;
  }

  private Factors of(Path found) {
    return new Factors(pue, grid, price, heatReuse, hardware, cloud, Optional.of(found));
  }

  /** Binds the document, of whatever file; problems go to the section's collector. */
  public static Factors from(YamlSection top) {
    return FactorsReader.read(top, SeriesFiles.beside(Path.of(top.source())));
  }
}
