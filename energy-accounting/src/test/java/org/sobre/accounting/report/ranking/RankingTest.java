package org.sobre.accounting.report.ranking;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.accounting.report.ranking.Ranking.Measured;
import org.sobre.hardware.message.Language;

/** Ranks of GPU models against medians and quartiles computed beside them. */
final class RankingTest {

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 12));
  }

  private static Measured job(String gpu, double perSecond, double perJoule) {
    return new Measured(
        "sd21",
        "image",
        gpu,
        BigDecimal.valueOf(perSecond),
        Optional.of(BigDecimal.valueOf(perJoule)),
        Optional.empty());
  }

  /** Of sorted numbers, by straight line between neighbours. */
  private static double quantile(double[] numbers, double part) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    double at = part * (sorted.length - 1);
    int below = (int) Math.floor(at);
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void mediansQuartilesAndTimesAreThoseOfTheJobs(long seed) {
    Random random = new Random(seed);
    List<Measured> jobs = new ArrayList<>();
    Map<String, double[]> speeds = new java.util.TreeMap<>();
    for (String gpu : List.of("a", "b", "c")) {
      double[] of = random.doubles(5 + random.nextInt(20), 1, 100).toArray();
      speeds.put(gpu, of);
      for (double speed : of) {
        jobs.add(job(gpu, speed, speed / 200));
      }
    }
    java.util.Collections.shuffle(jobs, random);
    ProfileRanking ranking = Ranking.of(jobs, "b", 5).profiles().get(0);
    assertThat(ranking.ranks())
        .hasSize(3)
        .isSortedAccordingTo((x, y) -> y.perSecond().median().compareTo(x.perSecond().median()));
    double measure = quantile(speeds.getOrDefault("b", new double[0]), 0.5);
    for (ModelRank rank : ranking.ranks()) {
      double[] of = speeds.getOrDefault(rank.gpu(), new double[0]);
      assertThat(rank.jobs()).isEqualTo(of.length);
      close(rank.perSecond().lower(), quantile(of, 0.25), 6);
      close(rank.perSecond().median(), quantile(of, 0.5), 6);
      close(rank.perSecond().upper(), quantile(of, 0.75), 6);
      close(rank.perJoule().orElseThrow().median(), quantile(of, 0.5) / 200, 6);
      assertThat(rank.timesPerSecond().doubleValue())
          .isCloseTo(
              quantile(of, 0.5) / measure, org.assertj.core.data.Percentage.withPercentage(0.1));
      assertThat(rank.perEuro()).isEmpty();
      assertThat(rank.timesPerEuro()).isEmpty();
    }
  }

  private static void close(BigDecimal found, double expected, int digits) {
    BigDecimal rounded =
        new BigDecimal(expected).round(new MathContext(digits, RoundingMode.HALF_UP));
    assertThat(found.subtract(rounded).abs()).isLessThanOrEqualTo(rounded.ulp());
  }

  @Test
  void aModelWithTooFewJobsIsNotRankedAndItsJobsAreCounted() {
    List<Measured> jobs = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      jobs.add(job("a100", 10 + i, 1));
    }
    for (int i = 0; i < 4; i++) {
      jobs.add(job("l4", 100, 1));
    }
    Ranking ranking = Ranking.of(jobs, "a100", 5);
    ProfileRanking profile = ranking.profiles().get(0);
    assertThat(profile.ranks()).extracting(ModelRank::gpu).containsExactly("a100");
    assertThat(profile.tooFew()).isEqualTo(Map.of("l4", 4));
    assertThat(RankingText.tooFew(profile, 5))
        .containsExactly("not ranked, fewer than 5 jobs: l4 (4)");
    Ranking byL4 = Ranking.of(jobs, "l4", 5);
    assertThat(byL4.isRanked()).isFalse();
    assertThat(RankingText.tooFew(byL4.profiles().get(0), 5))
        .containsExactly(
            "not ranked: the model to compare with has fewer than 5 jobs; there are l4 (4)");
    assertThat(Ranking.of(jobs, "v100", 5).profiles().get(0).tooFew()).containsEntry("v100", 0);
  }

  @Test
  void aJobWithoutEnergyTakesTheNumberFromItsModelAlone() {
    List<Measured> jobs = new ArrayList<>(List.of(job("a", 1, 1), job("b", 2, 3)));
    jobs.add(
        new Measured("sd21", "image", "b", BigDecimal.ONE, Optional.empty(), Optional.empty()));
    List<ModelRank> ranks = Ranking.of(jobs, "a", 1).profiles().get(0).ranks();
    assertThat(ranks.get(0).gpu()).isEqualTo("b");
    assertThat(ranks.get(0).perJoule()).isEmpty();
    assertThat(ranks.get(1).timesPerJoule().orElseThrow()).isEqualByComparingTo("1");
  }

  @Test
  void aNamedModelIsTheTypeOfThatNameOrTheOnlyOneWithItsWords() {
    List<String> types = List.of("nvidia_a100-sxm4-80gb", "nvidia_l4", "nvidia_l40s");
    assertThat(RankedJobs.type("A100", types)).contains("nvidia_a100-sxm4-80gb");
    assertThat(RankedJobs.type("NVIDIA L4", types)).contains("nvidia_l4");
    assertThat(RankedJobs.type("nvidia", types)).isEmpty();
    assertThat(RankedJobs.type("h100", types)).isEmpty();
  }

  @Test
  void programsReadTheSameNumbers() {
    List<Measured> jobs = List.of(job("=a", 1.5, 3), job("b", 2, 3));
    Ranking ranking = Ranking.of(jobs, "b", 1);
    assertThat(RankingData.csv(ranking, Language.FRENCH).lines())
        .contains("sd21;image;'=a;1;1,5;1,5;1,5;0,75;3,0;3,0;3,0;1;;;;");
    assertThat(RankingData.json(ranking, "b"))
        .contains("\"relativeTo\" : \"b\"", "\"gpu\" : \"=a\"", "\"times\" : 0.75")
        .doesNotContain("perEuro");
  }
}
