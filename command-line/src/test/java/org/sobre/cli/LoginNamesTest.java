package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Factors;
import org.sobre.accounting.report.OutsideUser;
import org.sobre.accounting.report.Report;
import org.sobre.accounting.report.ReportBuilder;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.store.AccountingStore;
import org.sobre.accounting.store.Period;
import org.sobre.accounting.store.QualitySums;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

class LoginNamesTest {

  private static final QualitySums JOULE =
      new QualitySums(BigInteger.valueOf(1_000_000), BigInteger.ZERO, BigInteger.ZERO);

  @TempDir Path directory;

  @Test
  void namesThoseWhomTheLedgerKnowsByNumberOnly() throws Exception {
    Report report =
        report(
            new OutsideUser(1203, Optional.empty(), JOULE),
            new OutsideUser(1204, Optional.of("bob"), JOULE),
            new OutsideUser(1205, Optional.empty(), JOULE));

    Report named =
        new LoginNames(answering("alice:x:1203:1203::/home/alice:/bin/bash\nnonsense\n"))
            .addTo(report);

    assertThat(named.outsideSlurm())
        .containsExactly(
            new OutsideUser(1203, Optional.of("alice"), JOULE),
            new OutsideUser(1204, Optional.of("bob"), JOULE),
            new OutsideUser(1205, Optional.empty(), JOULE));
  }

  @Test
  void asksNobodyWhereAllAreKnown() throws Exception {
    ToolRunner never =
        (command, environment, deadline) -> {
          throw new AssertionError("asked " + command);
        };
    Report report = report(new OutsideUser(1204, Optional.of("bob"), JOULE));

    assertThat(new LoginNames(never).addTo(report)).isEqualTo(report);
  }

  private Report report(OutsideUser... users) throws Exception {
    ReportRequest request =
        new ReportRequest(List.of(ReportKey.LAB), Period.ALL, ZoneOffset.UTC.normalized());
    // of a time of which no line tells nothing is said outside jobs either
    assertThat(new SmallSite(directory).sobre("ledger", "ingest")).isZero();
    try (AccountingStore store =
        AccountingStore.open("jdbc:sqlite:" + directory.resolve("accounting.db"))) {
      return ReportBuilder.build(store, request, Factors.NONE).withOutsideSlurm(List.of(users));
    }
  }

  /** As getent where one of several is not known: the lines it has, and status 2. */
  private static ToolRunner answering(String lines) {
    return (command, environment, deadline) -> {
      assertThat(command).containsExactly("getent", "passwd", "1203", "1205");
      return new ToolResult(
          command, ToolResult.Ending.EXITED, OptionalInt.of(2), lines, "", Duration.ofMillis(3));
    };
  }
}
