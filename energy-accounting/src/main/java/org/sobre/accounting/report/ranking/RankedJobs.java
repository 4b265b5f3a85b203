package org.sobre.accounting.report.ranking;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.sobre.accounting.factors.EnergyOverTime;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.factors.PeriodFactors;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.report.ranking.Ranking.Measured;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.DeclaredJob;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.UsageFilter;
import org.sobre.accounting.store.UsageQueries;
import org.sobre.accounting.store.UsageSum;
import org.sobre.hardware.catalog.GpuCatalog;

/**
 * The jobs of a store that models of GPU can be ranked by: they ended in the period, ran once and
 * on one node, held GPUs of one type, and told a profile and what they did.
 */
public final class RankedJobs {

  /** What is counted of a job that told its tokens. */
  public static final String TOKEN = "token";

  private static final BigDecimal MICROJOULES_PER_JOULE = new BigDecimal(1_000_000);
  private static final BigDecimal BILLIONTH_MILLIS_PER_SECOND = new BigDecimal(1_000_000_000_000L);

  private final PeriodFactors factors;
  private final List<Measured> measured = new ArrayList<>();

  private RankedJobs(PeriodFactors factors) {
    this.factors = factors;
  }

  /**
   * By the request's period and filter, but for labs.
   *
   * @throws IOException if the store cannot be read
   */
  public static List<Measured> of(AccountingStore store, ReportRequest request, Factors factors)
      throws IOException {
    return store.read(
        connection -> {
          try (UsageQueries queries = new UsageQueries(connection)) {
            Period bounds = request.bounds(queries.extent().orElse(Period.ALL));
            RankedJobs jobs =
                new RankedJobs(
                    new PeriodFactors(
                        factors,
                        request.zone(),
                        bounds.since().orElseThrow(),
                        bounds.until().orElseThrow()));
            UsageFilter filter = request.filter().usage(request.labs());
            queries.declaredJobs(filter, request.period()).forEach(jobs::add);
            return List.copyOf(jobs.measured);
          }
        });
  }

  /** The types that the jobs held. */
  public static List<String> types(Collection<Measured> jobs) {
    TreeSet<String> types = new TreeSet<>();
    jobs.forEach(job -> types.add(job.gpu()));
    return List.copyOf(types);
  }

  /**
   * The type that is meant: of this very name, of a model of this name, or the only one that has
   * all of its words: {@code A100}.
   */
  public static Optional<String> type(String named, List<String> types) {
    if (types.contains(named)) {
      return Optional.of(named);
    }
    return one(types.stream().filter(type -> GpuCatalog.isSameName(named, type)).toList())
        .or(() -> one(types.stream().filter(type -> GpuCatalog.isNameWith(type, named)).toList()));
  }

  private static Optional<String> one(List<String> types) {
    return types.size() == 1 ? Optional.of(types.get(0)) : Optional.empty();
  }

  private void add(DeclaredJob job) {
    Optional<UsageSum.Work> tokens = job.tokens().filter(told -> told.items() > 0);
    Optional<UsageSum.Work> work = tokens.or(job::items);
    Optional<String> type = job.gpus().filter(types -> types.indexOf('+') < 0);
    Optional<String> profile = job.profile();
    if (type.isEmpty() || work.isEmpty() || profile.isEmpty()) {
      return;
    }
    BigDecimal done = BigDecimal.valueOf(work.get().items());
    BigDecimal seconds =
        new BigDecimal(job.gpuBillionthMillis()).divide(BILLIONTH_MILLIS_PER_SECOND);
    if (done.signum() <= 0 || seconds.signum() <= 0) {
      return;
    }
    BigInteger microjoules = work.get().microjoules();
    measured.add(
        new Measured(
            profile.get(),
            tokens.isPresent() ? TOKEN : job.unit(),
            type.get(),
            done.divide(seconds, MathContext.DECIMAL64),
            over(done, new BigDecimal(microjoules).divide(MICROJOULES_PER_JOULE)),
            euros(job.end(), microjoules).flatMap(cost -> over(done, cost))));
  }

  /** At the price of the hour in which it ended. */
  private Optional<BigDecimal> euros(Instant end, BigInteger microjoules) {
    Instant span =
        Optional.ofNullable(factors.begins().floor(end)).orElse(factors.begins().first());
    return factors.euros(EnergyOverTime.of(span, microjoules));
  }

  private static Optional<BigDecimal> over(BigDecimal done, BigDecimal per) {
    return per.signum() <= 0
        ? Optional.empty()
        : Optional.of(done.divide(per, MathContext.DECIMAL64));
  }
}
