package org.sobre.slurm.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the real hooks, with nothing but the environment that slurmd gives them. */
class HooksTest {

  private static final Path HOOKS = Path.of("src/main/hooks").toAbsolutePath();

  @TempDir private Path spool;

  @Test
  void theReaderUnderstandsWhatTheyWrite() throws IOException {
    run("prolog", spool, prologEnvironment());
    run("epilog", spool, Map.of("SLURM_JOB_ID", "12345", "SLURM_JOB_EXIT_CODE", "768"));

    List<SpoolRecord> records = new SpoolDirectory(spool, uid -> true).read().records();

    SpoolRecord.Begin begin = (SpoolRecord.Begin) records.get(0);
    SpoolRecord.End end = (SpoolRecord.End) records.get(1);
    assertThat(begin.facts())
        .isEqualTo(
            new JobFacts(
                new JobKey(12345, 0),
                "alice",
                1203,
                Optional.of("lab1"),
                Optional.of("main"),
                List.of(0, 1),
                1));
    assertThat(end.waitStatus()).isEqualTo(OptionalInt.of(768));
    assertThat(end.uptimeNanos()).isGreaterThanOrEqualTo(begin.uptimeNanos());
    assertThat(begin.uptimeNanos()).isPositive();
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(spool.resolve("12345.0.begin"))))
        .isEqualTo("rw-r-----");
  }

  /** As slurmd 22.05.8 does it: the epilog of a requeued run is told the count of the next one. */
  @Test
  void anEpilogEndsTheRunThatBeganThoughARequeueHasBeenCounted() throws IOException {
    Map<String, String> epilog =
        Map.of("SLURM_JOB_ID", "12345", "SLURM_JOB_RESTART_COUNT", "1", "SLURM_JOB_EXIT_CODE", "0");
    run("prolog", spool, prologEnvironment());
    run("epilog", spool, epilog);
    assertThat(spool.resolve("12345.0.end")).exists();

    Map<String, String> again = prologEnvironment();
    again.put("SLURM_JOB_RESTART_COUNT", "1");
    run("prolog", spool, again);
    run("epilog", spool, epilog);
    assertThat(spool.resolve("12345.1.end")).exists();

    assertThat(new SpoolDirectory(spool, uid -> true).read().records())
        .extracting(record -> record.key().restart())
        .containsExactlyInAnyOrder(0, 0, 1, 1);
  }

  /** Both files of the first lie there for as long as the ledger is away. */
  @Test
  void theEpilogOfARequeueWhosePrologWasMissedHasItsOwnName() throws IOException {
    Map<String, String> epilog =
        Map.of("SLURM_JOB_ID", "12345", "SLURM_JOB_RESTART_COUNT", "1", "SLURM_JOB_EXIT_CODE", "0");
    run("prolog", spool, prologEnvironment());
    run("epilog", spool, epilog);
    run("epilog", spool, epilog);
    assertThat(spool.resolve("12345.0.end")).exists();
    assertThat(spool.resolve("12345.1.end")).exists();
  }

  /** SLURM_JOB_SLUID: Slurm 25.11 and later. */
  @Test
  void handOnTheUniqueIdOfALaterSlurm() throws IOException {
    Map<String, String> later = prologEnvironment();
    later.put("SLURM_JOB_SLUID", "sC1VJ9WG5Z0100");
    run("prolog", spool, later);

    SpoolDirectory directory = new SpoolDirectory(spool, uid -> true);
    assertThat(directory.begin(new JobKey(12345, 0)).orElseThrow().facts().sluid())
        .contains("sC1VJ9WG5Z0100");
  }

  @Test
  void neverWriteTheUsersOwnText() throws IOException {
    Map<String, String> environment = prologEnvironment();
    environment.put("SLURM_JOB_COMMENT", "users text");
    environment.put("SLURM_JOB_WORK_DIR", "/home/users text");
    run("prolog", spool, environment);
    assertThat(Files.readString(spool.resolve("12345.0.begin"))).doesNotContain("users text");
  }

  @Test
  void succeedWithoutADirectoryAndWithoutAnEnvironment() throws IOException {
    run("prolog", spool.resolve("missing"), prologEnvironment());
    run("epilog", spool.resolve("missing"), Map.of("SLURM_JOB_ID", "12345"));
    run("prolog", spool, Map.of());
    run("epilog", spool, Map.of());
    assertThat(spool).isEmptyDirectory();
  }

  @Test
  void doNotFollowAPlantedLinkNorWaitForAPlantedPipe() throws IOException {
    Path victim = spool.resolve("victim");
    Files.createSymbolicLink(spool.resolve("12345.0.begin"), victim);
    run("prolog", spool, prologEnvironment());
    assertThat(victim).doesNotExist();

    Files.writeString(victim, "untouched");
    run("prolog", spool, prologEnvironment());
    assertThat(victim).hasContent("untouched");

    assertThat(finish(new ProcessBuilder("mkfifo", spool.resolve("12345.0.end").toString())))
        .isZero();
    run("epilog", spool, Map.of("SLURM_JOB_ID", "12345"));
  }

  @Test
  void succeedOnAFullDiskAndTheHalfFileIsIgnored() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "mounting a full tmpfs needs root");
    Path full = Files.createDirectory(spool.resolve("full"));
    List<String> mount = List.of("mount", "-t", "tmpfs", "-o", "size=4k", "none", full.toString());
    assumeTrue(finish(new ProcessBuilder(mount)) == 0, "this machine does not let root mount");
    try {
      Files.writeString(full.resolve("filler"), "x".repeat(4096));
      run("prolog", full, prologEnvironment());
      SpoolDirectory.Contents contents = new SpoolDirectory(full, uid -> true).read();
      assertThat(contents.records()).isEmpty();
      assertThat(contents.ignored())
          .anySatisfy(i -> assertThat(i.file()).hasFileName("12345.0.begin"));
    } finally {
      finish(new ProcessBuilder("umount", full.toString()));
    }
  }

  /** Runs a hook and asserts what holds always: success, and not a word. */
  private static void run(String hook, Path spool, Map<String, String> environment)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("/usr/bin/env", "-i"));
    environment.forEach((key, value) -> command.add(key + "=" + value));
    command.addAll(List.of(HOOKS.resolve(hook).toString(), spool.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start();
    assertThat(process.onExit().completeOnTimeout(process, 10, TimeUnit.SECONDS).join().isAlive())
        .as("%s must never wait", hook)
        .isFalse();
    assertThat(process.exitValue()).as("exit status of %s", hook).isZero();
    assertThat(process.getInputStream().readAllBytes()).as("output of %s", hook).isEmpty();
  }

  private static int finish(ProcessBuilder builder) throws IOException {
    return builder.inheritIO().start().onExit().join().exitValue();
  }

  /** The environment that slurmd 22.05.8 gave a prolog: see PROVENANCE.md. */
  private static Map<String, String> prologEnvironment() throws IOException {
    Map<String, String> environment = new TreeMap<>();
    for (String line :
        Files.readAllLines(Path.of("src/test/resources/slurm/prolog-environment.txt"))) {
      int equals = line.indexOf('=');
      environment.put(line.substring(0, equals), line.substring(equals + 1));
    }
    return environment;
  }
}
