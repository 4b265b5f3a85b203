package org.sobre.accounting.report;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/** A node's ledger of job lines alone, one after the other; the first GPU is metered. */
final class JobLedger {

  static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

  /**
   * Whose a job was and what it said of itself.
   *
   * @param gpu type, or several with {@code and} between them
   */
  record Who(String account, String user, String gpu, String profile, String unit) {}

  /**
   * What a job did.
   *
   * @param items 0 or more; negative: it told none, as the tokens
   */
  record Work(long seconds, long joules, long items, long tokensIn, long tokensOut) {}

  final LedgerDirectory directory;
  private final LedgerAppender appender;
  private final String node;
  private int jobs;

  JobLedger(Path root, String cluster, String node) throws IOException {
    this.directory = new LedgerDirectory(root);
    this.node = node;
    this.appender = LedgerAppender.open(directory, cluster, node, "5f0c3a1e-0000");
    appender.append(header -> new BootLine(header, START, Optional.empty()));
  }

  String node() {
    return node;
  }

  void add(Who who, Work work) throws IOException {
    jobs++;
    appender.append(header -> line(header, who, work, jobs));
  }

  private static JobLine line(LineHeader header, Who who, Work work, int number) {
    Instant begin = START.plusSeconds(number);
    long millis = work.seconds() * 1000;
    MeterId meter = new MeterId(Part.GPU, "GPU-1");
    return new JobLine(
        header,
        false,
        new JobFacts(
            new JobKey(1000L + number, 0),
            who.user(),
            1000 + Math.abs(who.user().hashCode() % 1000),
            Optional.of(who.account()),
            Optional.of("gpu"),
            List.of(),
            2),
        begin,
        begin.plusSeconds(work.seconds()),
        JobLine.BeginFrom.PROLOG,
        JobLine.EndFrom.EPILOG,
        OptionalInt.of(0),
        millis,
        new JobLine.Held(2, OptionalLong.empty(), gpus(who.gpu())),
        List.of(
            new JobLine.PartEnergy(
                meter,
                EnergyByQuality.of(
                    Quality.COUNTER, Energy.ofMicrojoules(work.joules() * 1_000_000)),
                Optional.empty(),
                millis,
                Optional.empty())),
        Optional.empty(),
        List.of(),
        Optional.of(
            new JobLine.Declared(
                1000,
                Optional.of(who.profile()),
                OptionalLong.empty(),
                Optional.of(who.unit()),
                told(work.items()),
                told(work.tokensIn()),
                told(work.tokensOut()))),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  private static List<JobLine.HeldGpu> gpus(String types) {
    List<JobLine.HeldGpu> gpus = new ArrayList<>();
    for (String type : types.split(" and ", -1)) {
      gpus.add(new JobLine.HeldGpu("GPU-" + (gpus.size() + 1), type, BigDecimal.ONE));
    }
    return gpus;
  }

  private static OptionalLong told(long number) {
    return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
