package org.sobre.energy.ledger;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

/**
 * A ledger of one node over two boots, in which everything adds up: boot A has a boot line, four
 * hourly balances and the line of a job that ran through the first three (seq 1 to 6), boot B a
 * boot line and two balances.
 */
final class SmallLedger {

  static final String BOOT_A = "aaaaaaaa-0000-4000-8000-000000000001";
  static final String BOOT_B = "bbbbbbbb-0000-4000-8000-000000000002";
  static final Instant START = Instant.parse("2026-11-20T10:00:00Z");
  static final MeterId GPU = new MeterId(Part.GPU, "GPU-1");
  private static final JobKey JOB = new JobKey(7, 0);
  private static final Duration HOUR = Duration.ofHours(1);

  final LedgerDirectory directory;
  final Path fileA;

  SmallLedger(Path root) throws IOException {
    directory = new LedgerDirectory(root);
    fileA = directory.fileFor("n1", BOOT_A, START);
    LedgerAppender a = LedgerAppender.open(directory, "cbp", "n1", BOOT_A);
    a.append(header -> new BootLine(header, START, Optional.empty()));
    for (int hour = 0; hour < 4; hour++) {
      boolean held = hour < 3;
      int at = hour;
      a.append(header -> balance(header, at, held));
    }
    a.append(SmallLedger::job);
    LedgerAppender b = LedgerAppender.open(directory, "cbp", "n1", BOOT_B);
    b.append(
        header ->
            new BootLine(
                header,
                START.plus(HOUR.multipliedBy(5)),
                Optional.of(new BootLine.PreviousBoot(BOOT_A, a.lastSeq()))));
    b.append(header -> balance(header, 5, false));
    b.append(header -> balance(header, 6, false));
  }

  static BalanceLine balance(LineHeader header, int hour, boolean held) {
    Energy total = Energy.ofMicrojoules(1_000_000_007L + hour);
    Energy jobs = Energy.ofMicrojoules(held ? 900_000_001L + hour : 0);
    EnergyByQuality share = EnergyByQuality.of(Quality.SAMPLED, jobs);
    Instant from = START.plus(HOUR.multipliedBy(hour));
    return new BalanceLine(
        header,
        false,
        from,
        from.plus(HOUR),
        HOUR.toMillis(),
        List.of(
            new BalanceLine.MeterBalance(
                GPU,
                "nvidia-smi",
                Optional.empty(),
                HOUR.toMillis() - 1000,
                EnergyByQuality.of(Quality.SAMPLED, total),
                held
                    ? List.of(
                        new BalanceLine.JobShare(
                            JOB,
                            START,
                            Optional.of("lab1"),
                            1203,
                            share,
                            Optional.empty(),
                            HOUR.toMillis() - 1000))
                    : List.of(),
                List.of(),
                EnergyByQuality.of(Quality.SAMPLED, total.minus(jobs)),
                EnergyByQuality.NONE)));
  }

  private static JobLine job(LineHeader header) {
    return new JobLine(
        header,
        false,
        new JobFacts(JOB, "alice", 1203, Optional.of("lab1"), Optional.of("gpu"), List.of(), 4),
        START,
        START.plus(HOUR.multipliedBy(3)),
        JobLine.BeginFrom.PROLOG,
        JobLine.EndFrom.EPILOG,
        OptionalInt.of(0),
        HOUR.multipliedBy(3).toMillis(),
        new JobLine.Held(
            4, OptionalLong.empty(), List.of(new JobLine.HeldGpu("GPU-1", "t4", BigDecimal.ONE))),
        List.of(
            new JobLine.PartEnergy(
                GPU,
                EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(2_700_000_006L)),
                Optional.empty(),
                HOUR.multipliedBy(3).toMillis() - 3000,
                Optional.empty())),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        OptionalLong.of(2),
        OptionalLong.empty());
  }

  /** A balance, of which the job's share came about so. */
  static String withBasis(String balance, long still, long worked) {
    return balance.replace(
        "\"job\":\"7.0\",",
        "\"job\":\"7.0\",\"staticMicrojoules\":"
            + still
            + ",\"cpuTimeMicrojoules\":"
            + worked
            + ",");
  }

  List<String> linesOfA() throws IOException {
    return new ArrayList<>(Files.readAllLines(fileA));
  }

  void rewriteA(List<String> lines) throws IOException {
    Files.writeString(fileA, String.join("\n", lines) + "\n");
  }

  /** Rewrites boot A's lines and all hashes after them, as one who knows the format would. */
  void forgeA(List<String> lines) throws IOException, LedgerFormatException {
    List<String> forged = new ArrayList<>();
    for (String line : lines) {
      String text = line;
      if (!forged.isEmpty()) {
        String prev = LedgerCodec.decode(line).header().prev().orElseThrow();
        text = line.replace(prev, LedgerCodec.hash(forged.get(forged.size() - 1)));
      }
      forged.add(text);
    }
    rewriteA(forged);
  }
}
