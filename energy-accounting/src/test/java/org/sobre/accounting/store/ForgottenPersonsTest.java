package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.slurm.command.AccountedJob;

/** What Slurm told of old jobs: counted still, and nobody's. */
final class ForgottenPersonsTest {

  private static final Instant LIMIT = Instant.parse("2026-03-01T00:00:00Z");

  @TempDir Path root;

  private static AccountedJob job(long id, String user, Instant end) {
    return new AccountedJob(
        "cbp",
        id,
        Long.toString(id),
        Optional.of(user),
        1_203,
        Optional.of("lab-vision"),
        "COMPLETED",
        end.minusSeconds(7_200),
        Optional.of(end.minusSeconds(3_600)),
        Optional.of(end),
        Duration.ofHours(1),
        "cpu=1",
        OptionalInt.empty(),
        1,
        Optional.of("gpu"),
        Optional.empty());
  }

  private <T> T in(AccountingStore store, AccountingStore.Work<T> work) throws IOException {
    return store.write(work);
  }

  private boolean isInTheFiles(String text) throws IOException {
    try (Stream<Path> files = Files.list(root)) {
      for (Path file : files.toList()) {
        if (Files.readString(file, StandardCharsets.ISO_8859_1).contains(text)) {
          return true;
        }
      }
    }
    return false;
  }

  @Test
  void uncoveredJobsAreCountedStillAndAreNobodys() throws IOException {
    try (AccountingStore store = AccountingStore.open("jdbc:sqlite:" + root.resolve("a.db"))) {
      in(
          store,
          connection -> {
            try (SlurmJobs jobs = new SlurmJobs(connection)) {
              jobs.put(
                  "cbp",
                  List.of(
                      job(1, "alice-who-goes", LIMIT.minusSeconds(1)),
                      job(2, "bob-who-stays", LIMIT)));
              jobs.note(
                  "cbp", new SlurmJobs.Reading(Optional.of("cbp"), LIMIT, Instant.EPOCH, LIMIT));
              return true;
            }
          });
      in(
          store,
          connection -> {
            try (ForgottenPersons forgotten = new ForgottenPersons(connection)) {
              assertThat(forgotten.state()).isEqualTo(ForgottenPersons.State.FIRST);
              forgotten.begin(99, Optional.of(LIMIT));
              assertThat(forgotten.state().recordBytes()).isEqualTo(99);
              assertThat(forgotten.state().isSwept()).isFalse();
              return true;
            }
          });
      assertThat(store.sweep()).isTrue();
      assertThat(isInTheFiles("alice-who-goes")).isFalse();
      assertThat(isInTheFiles("bob-who-stays")).isTrue();
      List<AccountedJob> uncovered =
          store.read(
              connection -> {
                try (SlurmJobs jobs = new SlurmJobs(connection)) {
                  return jobs.uncovered(new Period(Optional.empty(), Optional.empty()));
                }
              });
      assertThat(uncovered).hasSize(2);
      assertThat(uncovered.get(0).user()).contains("(forgotten)");
      assertThat(uncovered.get(0).account()).contains("lab-vision");
      assertThat(uncovered.get(0).uid()).isEqualTo(65_534);
      assertThat(uncovered.get(1).user()).contains("bob-who-stays");
    }
  }
}
