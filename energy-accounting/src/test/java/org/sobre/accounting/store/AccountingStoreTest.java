package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.LineHeader;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.slurm.job.JobKey;

final class AccountingStoreTest {

  @TempDir Path root;

  private String url() {
    return "jdbc:sqlite:" + root.resolve("accounting.db");
  }

  private static long runs(AccountingStore store) throws IOException {
    return store.read(
        connection -> {
          try (Statements sql = new Statements(connection)) {
            return sql.number("SELECT count(*) FROM run").orElseThrow();
          }
        });
  }

  private static boolean addRun(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.execute(
          "INSERT INTO run (cluster, slurm_job, details) VALUES (1, 1, x'00')");
    }
  }

  @Test
  void storesAllOfATransactionOrNothing() throws Exception {
    try (AccountingStore store = AccountingStore.open(url())) {
      assertThatThrownBy(
              () ->
                  store.write(
                      connection -> {
                        addRun(connection);
                        throw new IOException("the share went away");
                      }))
          .isInstanceOf(IOException.class)
          .hasMessage("the share went away");
      assertThat(runs(store)).isZero();
      store.write(AccountingStoreTest::addRun);
    }
    try (AccountingStore again = AccountingStore.open(url())) {
      assertThat(runs(again)).isEqualTo(1);
    }
  }

  /** Its first share told none, and what was told once stays. */
  @Test
  void anAccountThatIsToldLaterIsTheRuns() throws Exception {
    try (AccountingStore store = AccountingStore.open(url())) {
      List<Optional<String>> told =
          List.of(Optional.empty(), Optional.of("lab1"), Optional.of("lab2"));
      for (int seq = 2; seq < 5; seq++) {
        BalanceLine line = balance(seq, told.get(seq - 2));
        store.write(
            connection -> {
              try (LineStore lines = new LineStore(connection)) {
                return lines.add(line, "00112233445566" + line.header().seq() + "0");
              }
            });
      }
      assertThat(JobRuns.find(store, Optional.empty(), 7))
          .singleElement()
          .satisfies(run -> assertThat(run.account()).contains("lab1"));
      assertThat(runs(store)).isEqualTo(1);
    }
  }

  private static BalanceLine balance(long seq, Optional<String> account) {
    BalanceLine.JobShare share =
        new BalanceLine.JobShare(
            new JobKey(7, 0),
            Instant.EPOCH,
            account,
            1_000,
            EnergyByQuality.NONE,
            Optional.empty(),
            1_000);
    return new BalanceLine(
        new LineHeader("c", "n", "boot-1", seq, Optional.of("0011223344556677")),
        false,
        Instant.EPOCH,
        Instant.EPOCH.plusSeconds(1),
        1_000,
        List.of(
            new BalanceLine.MeterBalance(
                new MeterId(Part.GPU, "GPU-1"),
                "test",
                Optional.empty(),
                1_000,
                EnergyByQuality.NONE,
                List.of(share),
                List.of(),
                EnergyByQuality.NONE,
                EnergyByQuality.NONE)));
  }

  /** `sobre report` of an administrator, before the service of user sobre has ever run. */
  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void givesADatabaseThatRootMakesToTheOwnerOfItsDirectory() throws Exception {
    int sobre = 64_000;
    Files.setAttribute(root, "unix:uid", sobre);
    try (AccountingStore store = AccountingStore.open(url())) {
      store.write(AccountingStoreTest::addRun);
      try (Stream<Path> files = Files.list(root)) {
        assertThat(files)
            .hasSizeGreaterThan(1)
            .allSatisfy(file -> assertThat(Files.getAttribute(file, "unix:uid")).isEqualTo(sobre));
      }
    }
  }

  /** The directory is user sobre's, and root reports. */
  @Test
  @EnabledIfSystemProperty(named = "user.name", matches = "root")
  void rootWritesThroughItsOwnLinksAndThroughNobodyElses() throws Exception {
    Path target = root.resolve("target.db");
    Path link = Files.createSymbolicLink(root.resolve("accounting.db"), target);
    Files.setAttribute(link, "unix:uid", 4242, LinkOption.NOFOLLOW_LINKS);
    assertThatThrownBy(() -> AccountingStore.open(url()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("found a link of user 4242's");
    assertThat(target).doesNotExist();

    Files.createFile(target);
    Files.setAttribute(link, "unix:uid", 0, LinkOption.NOFOLLOW_LINKS);
    try (AccountingStore store = AccountingStore.open(url())) {
      assertThat(runs(store)).isZero();
    }
    assertThat(target).isNotEmptyFile();
  }

  @Test
  void refusesADatabaseOfANewerSobre() throws Exception {
    try (AccountingStore store = AccountingStore.open(url())) {
      store.write(
          connection -> {
            try (Statement statement = connection.createStatement()) {
              return statement.execute("INSERT INTO schema_version (version) VALUES (99)");
            }
          });
    }
    assertThatThrownBy(() -> AccountingStore.open(url()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("found 99; a newer Sobre made it");
  }

  @Test
  void namesWhatIsNoDatabase() throws Exception {
    Files.writeString(root.resolve("accounting.db"), "this is a text, and long enough to be one\n");
    assertThatThrownBy(() -> AccountingStore.open(url()))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(url());
  }

  @Test
  void refusesOtherDatabases() {
    assertThatThrownBy(() -> AccountingStore.open("jdbc:postgresql:sobre"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining(
            "must be one of jdbc:sqlite:FILE, jdbc:mariadb://HOST[:PORT]/DATABASE, found"
                + " \"jdbc:postgresql:sobre\"");
    SobreConfig config =
        SobreConfig.parse("sobre.yaml", "schema: sobre/1\nstore: {url: jdbc:postgresql:sobre}\n");
    StoreConfig.from(config.store());
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .containsExactly(
            "sobre.yaml:2:9: store.url: expected jdbc:sqlite:FILE,"
                + " jdbc:mariadb://HOST[:PORT]/DATABASE, found \"jdbc:postgresql:sobre\"");
  }

  @Test
  void sumsBeyondALong() {
    UsageSum sum = new UsageSum();
    long[] hour = new long[UsageField.WIDTH];
    hour[UsageField.COUNTER.at()] = Long.MAX_VALUE / 4;
    hour[UsageField.MODELLED.at()] = 1;
    for (int i = 0; i < 8; i++) {
      sum.add(hour);
    }
    sum = sum.plus(sum);
    // 16 times 2305843009213693951
    assertThat(sum.energy().counter()).hasToString("36893488147419103216");
    assertThat(sum.energy().sampled()).isZero();
    assertThat(sum.energy().modelled()).isEqualTo(16);
  }

  @Test
  void aServerThatRefusesTheUserIsUp() {
    String url = "jdbc:mariadb://db/sobre";
    assertThat(AccountingStore.whatToDo(url, new SQLException("Access denied", "28000")))
        .contains("refuses this", "store.user", "store.passwordFile")
        .doesNotContain("that the server is up");
    assertThat(AccountingStore.whatToDo(url, new SQLException("refused", "08000")))
        .contains("check that the server is up");
  }
}
