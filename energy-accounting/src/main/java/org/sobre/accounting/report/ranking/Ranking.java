package org.sobre.accounting.report.ranking;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Models of GPU by what they do, profile by profile. Pure.
 *
 * @param minJobs that a model needs to be ranked
 * @param profiles by name and unit
 */
public record Ranking(int minJobs, List<ProfileRanking> profiles) {

  private static final MathContext DIGITS = new MathContext(4, RoundingMode.HALF_UP);

  /**
   * What a job did on one type of GPU.
   *
   * @param perSecond of a GPU
   * @param perJoule absent where no energy was seen
   * @param perEuro absent without a price
   */
  public record Measured(
      String profile,
      String unit,
      String gpu,
      BigDecimal perSecond,
      Optional<BigDecimal> perJoule,
      Optional<BigDecimal> perEuro) {

    public Measured {
      requireNonNull(profile, "profile");
      requireNonNull(unit, "unit");
      requireNonNull(gpu, "gpu");
      requireNonNull(perSecond, "perSecond");
      requireNonNull(perJoule, "perJoule");
      requireNonNull(perEuro, "perEuro");
    }
  }

  private record Kind(String profile, String unit) {}

  public Ranking {
    profiles = List.copyOf(profiles);
    if (minJobs < 1) {
      throw new IllegalArgumentException("minJobs: expected 1 or more, found " + minJobs);
    }
  }

  /** Whether any profile had enough jobs. */
  public boolean isRanked() {
    return profiles.stream().anyMatch(ProfileRanking::isRanked);
  }

  /**
   * @param reference type of GPU that is the measure
   * @param minJobs that a model needs to be ranked, 1 or more
   */
  public static Ranking of(List<Measured> jobs, String reference, int minJobs) {
    Map<Kind, Map<String, List<Measured>>> byKind =
        new TreeMap<>(Comparator.comparing(Kind::profile).thenComparing(Kind::unit));
    for (Measured job : jobs) {
      byKind
          .computeIfAbsent(new Kind(job.profile(), job.unit()), absent -> new TreeMap<>())
          .computeIfAbsent(job.gpu(), absent -> new ArrayList<>())
          .add(job);
    }
    List<ProfileRanking> profiles = new ArrayList<>();
    byKind.forEach((kind, models) -> profiles.add(profile(kind, models, reference, minJobs)));
    return new Ranking(minJobs, profiles);
  }

  private static ProfileRanking profile(
      Kind kind, Map<String, List<Measured>> models, String reference, int minJobs) {
    Map<String, Integer> tooFew = new TreeMap<>();
    models.forEach(
        (gpu, jobs) -> {
          if (jobs.size() < minJobs) {
            tooFew.put(gpu, jobs.size());
          }
        });
    List<Measured> measure = models.getOrDefault(reference, List.of());
    if (measure.size() < minJobs) {
      tooFew.put(reference, measure.size());
      return new ProfileRanking(kind.profile(), kind.unit(), reference, List.of(), tooFew);
    }
    List<ModelRank> ranks =
        models.values().stream()
            .filter(jobs -> jobs.size() >= minJobs)
            .map(jobs -> rank(jobs, measure))
            .sorted(
                Comparator.comparing((ModelRank rank) -> rank.perSecond().median())
                    .reversed()
                    .thenComparing(ModelRank::gpu))
            .toList();
    return new ProfileRanking(kind.profile(), kind.unit(), reference, ranks, tooFew);
  }

  private static ModelRank rank(List<Measured> jobs, List<Measured> measure) {
    Quartiles perSecond = Quartiles.of(jobs.stream().map(Measured::perSecond).toList());
    BigDecimal ofMeasure =
        Quartiles.of(measure.stream().map(Measured::perSecond).toList()).median();
    Optional<Quartiles> perJoule = quartiles(jobs, Measured::perJoule);
    Optional<Quartiles> perEuro = quartiles(jobs, Measured::perEuro);
    return new ModelRank(
        jobs.get(0).gpu(),
        jobs.size(),
        perSecond,
        perJoule,
        perEuro,
        perSecond.median().divide(ofMeasure, DIGITS),
        times(perJoule, quartiles(measure, Measured::perJoule)),
        times(perEuro, quartiles(measure, Measured::perEuro)));
  }

  /** Absent where one of the jobs has none. */
  private static Optional<Quartiles> quartiles(
      List<Measured> jobs, Function<Measured, Optional<BigDecimal>> of) {
    List<BigDecimal> numbers = jobs.stream().map(of).flatMap(Optional::stream).toList();
    return numbers.size() == jobs.size() ? Optional.of(Quartiles.of(numbers)) : Optional.empty();
  }

  private static Optional<BigDecimal> times(Optional<Quartiles> one, Optional<Quartiles> measure) {
    return one.flatMap(
        its ->
            measure
                .map(Quartiles::median)
                .filter(median -> median.signum() > 0)
                .map(median -> its.median().divide(median, DIGITS)));
  }
}
