package org.sobre.slurm.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.PciAddress;

/** Runs the real health check, with a scontrol that keeps one node in a file. */
class HealthCheckTest {

  private static final Path CHECK = Path.of("src/main/hooks/health-check").toAbsolutePath();
  private static final HealthCard FIRST = card(0, "0000:24:00.0");
  private static final HealthCard SECOND = card(1, "0000:41:00.0");
  private static final String OURS = "sobre: health: GPU 1 (0000:41:00.0): lost";

  private static final String SCONTROL =
      """
      #!/bin/sh
      dir=${0%/*}
      printf '%s\\n' "$*" >>"$dir/calls"
      [ ! -e "$dir/away" ] || { sleep 60; exit 1; }
      if [ "$1" = show ]; then cat "$dir/record"; exit 0; fi
      reason='' state=''
      for word in "$@"; do
        case $word in Reason=*) reason=${word#Reason=} ;; State=*) state=${word#State=} ;; esac
      done
      case $state in
        DRAIN) printf 'NodeName=n1 Arch=x86_64\\n   State=IDLE+DRAIN ThreadsPerCore=1\\n   Reason=%s [root@2026]\\n' "$reason" >"$dir/record" ;;
        RESUME) printf 'NodeName=n1 Arch=x86_64\\n   State=IDLE ThreadsPerCore=1\\n' >"$dir/record" ;;
        '') printf 'NodeName=n1 Arch=x86_64\\n   State=IDLE+DRAIN ThreadsPerCore=1\\n   Reason=%s [root@2026]\\n' "$reason" >"$dir/record" ;;
      esac
      """;

  @TempDir private Path dir;
  private Path state;
  private Path memory;

  @BeforeEach
  void slurmKnowsAnIdleNode() throws IOException {
    state = dir.resolve("health");
    memory = dir.resolve("acted");
    Path scontrol = Files.writeString(dir.resolve("scontrol"), SCONTROL);
    Files.setPosixFilePermissions(scontrol, PosixFilePermissions.fromString("rwxr-xr-x"));
    node("IDLE", "");
  }

  @Test
  void drainsOnceAndResumesWhenTheCauseIsGone() throws IOException {
    bad(cause(SECOND, CauseKind.LOST, ""));
    check();
    assertThat(calls())
        .containsExactly("show node n1", "update NodeName=n1 State=DRAIN Reason=" + OURS);
    check();
    check();
    assertThat(calls()).as("nothing has changed").hasSize(2);

    good();
    check();
    assertThat(calls()).hasSize(4).last().isEqualTo("update NodeName=n1 State=RESUME");
    check();
    assertThat(calls()).hasSize(4);
  }

  @Test
  void liftsADrainOfABootBefore() throws IOException {
    node("IDLE+DRAIN", OURS);
    good();
    check();
    assertThat(calls()).containsExactly("show node n1", "update NodeName=n1 State=RESUME");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "IDLE+DRAIN|fan is loud",
        "IDLE+DRAIN|sobre: register: 1 of 2 GPUs is missing",
        "MIXED+DRAIN|",
        "DOWN*|Not responding",
        "DOWN|see sobre: health: GPU 1",
        "FAIL|disk",
      })
  void leavesANodeThatSomebodyElseHasTakenOut(String found) throws IOException {
    String[] parts = found.split("\\|", -1);
    node(parts[0], parts[1]);
    bad(cause(SECOND, CauseKind.LOST, ""));
    check();
    check();
    good();
    check();
    check();
    assertThat(calls()).containsExactly("show node n1", "show node n1");
  }

  @Test
  void takesANodeOutThatSomebodyElseHasGivenBackMeanwhile() throws IOException {
    node("IDLE+DRAIN", "fan is loud");
    bad(cause(SECOND, CauseKind.LOST, ""));
    check();
    node("IDLE", "");
    // as if the last look were two minutes ago
    long then = Math.max(0, uptime().toSeconds() - 121);
    Files.writeString(memory, "foreign " + then + "\n");
    check();
    assertThat(calls()).last().isEqualTo("update NodeName=n1 State=DRAIN Reason=" + OURS);
  }

  @Test
  void obeysAnAdministratorWhoResumesUntilThereIsAnotherCause() throws IOException {
    Cause lost = cause(SECOND, CauseKind.LOST, "");
    bad(lost, cause(FIRST, CauseKind.HEAT, ""));
    check();
    node("IDLE", "");
    check();
    bad(lost);
    check();
    check();
    assertThat(calls()).as("a cause less is no news").hasSize(3).last().isEqualTo("show node n1");

    bad(lost, cause(FIRST, CauseKind.XID, "79"));
    check();
    assertThat(calls())
        .last()
        .isEqualTo(
            "update NodeName=n1 State=DRAIN Reason=" + OURS + "; GPU 0 (0000:24:00.0): Xid 79");
  }

  @Test
  void saysTheCausesThatRemain() throws IOException {
    bad(cause(SECOND, CauseKind.LOST, ""), cause(FIRST, CauseKind.HEAT, ""));
    check();
    bad(cause(SECOND, CauseKind.LOST, ""));
    check();
    assertThat(calls()).hasSize(4).last().isEqualTo("update NodeName=n1 Reason=" + OURS);
  }

  /** An administrator who took a drain over by another reason keeps it. */
  @Test
  void doesNotLiftADrainWhoseReasonWasChanged() throws IOException {
    bad(cause(SECOND, CauseKind.LOST, ""));
    check();
    node("IDLE+DRAIN", "card is on order");
    good();
    check();
    assertThat(calls()).last().isEqualTo("show node n1");
  }

  /** An administrator may write about reasons and states. */
  @Test
  void aCommentIsNoReason() throws IOException {
    node("IDLE+DRAIN", OURS);
    Files.writeString(
        dir.resolve("record"),
        "   Comment=rack 7 Reason=fan State=DOWN\n   Extra=see Reason=fan\n",
        StandardOpenOption.APPEND);
    good();
    check();
    assertThat(calls()).last().isEqualTo("update NodeName=n1 State=RESUME");
  }

  @Test
  void triesAgainWhereSlurmDidNotAnswerAndNeverTakesLong() throws IOException {
    bad(cause(SECOND, CauseKind.LOST, ""));
    Files.writeString(dir.resolve("away"), "");
    check();
    assertThat(memory).doesNotExist();
    Files.delete(dir.resolve("away"));
    check();
    assertThat(calls()).last().isEqualTo("update NodeName=n1 State=DRAIN Reason=" + OURS);
  }

  @Test
  void doesNothingWithoutAStateOrANode() throws IOException {
    check();
    Files.createDirectory(state);
    check();
    Files.delete(state);
    bad(cause(SECOND, CauseKind.LOST, ""));
    run(Map.of("PATH", path()));
    run(Map.of("PATH", path(), "SLURMD_NODENAME", "n1 State=DOWN"));
    run(Map.of("PATH", path(), "SLURMD_NODENAME", "-n1"));
    assertThat(calls()).isEmpty();
  }

  @Test
  void doesNothingWhereThePolicyIsOffOrTheDaemonIsDead() throws IOException {
    String text = text(cause(SECOND, CauseKind.LOST, ""));
    Files.writeString(state, text.replace("policy=drain", "policy=off"));
    check();
    Duration dead = uptime().minus(Duration.ofSeconds(122));
    Files.writeString(state, text.replaceFirst("uptime=.*", "uptime=" + seconds(dead)));
    check();
    Duration ahead = uptime().plus(Duration.ofSeconds(30));
    Files.writeString(state, text.replaceFirst("uptime=.*", "uptime=" + seconds(ahead)));
    check();
    assertThat(calls()).isEmpty();
  }

  @Test
  void followsNoLinkAndWaitsForNoPipe() throws IOException, InterruptedException {
    Path real = Files.writeString(dir.resolve("real"), text(cause(SECOND, CauseKind.LOST, "")));
    Files.createSymbolicLink(state, real);
    check();
    Files.delete(state);
    assertThat(new ProcessBuilder("mkfifo", state.toString()).start().waitFor()).isZero();
    check();
    assertThat(calls()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "reason=x State=DOWN",
        "reason=$(touch PWNED)",
        "reason=`touch PWNED`",
        "reason=x\" NodeName=n2",
        "reason=x; touch PWNED; é",
        "reason=",
        "reason=*/?[a]",
        "causes=lost:$(touch PWNED)",
        "causes=",
        "verdict=good",
        "verdict=$(touch PWNED)",
        "uptime=08.00",
        "uptime=a[$(touch PWNED)].00",
        "uptime=99999999999999999999.00",
        "uptime=-5.00",
        "v=2",
        "complete=0",
      })
  void doesNothingForAStateThatIsNotWhatADaemonWrites(String line) throws IOException {
    String key = line.substring(0, line.indexOf('=') + 1);
    String text = text(cause(SECOND, CauseKind.LOST, ""));
    String hostile =
        String.join("\n", text.lines().map(old -> old.startsWith(key) ? line : old).toList());
    Files.writeString(state, hostile + "\n");
    check();
    assertThat(calls()).noneMatch(call -> call.startsWith("update"));
    assertThat(dir.resolve("PWNED")).doesNotExist();
    assertThat(Path.of("PWNED")).doesNotExist();
  }

  /**
   * Whatever a state holds, what reaches scontrol names this node and gives a reason in letters.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void noDamagedStateReachesScontrolButInPlainLetters(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 15; i++) {
      StringBuilder text = new StringBuilder(text(cause(SECOND, CauseKind.LOST, "")));
      for (int hits = 1 + random.nextInt(3); hits > 0; hits--) {
        text.setCharAt(random.nextInt(text.length()), (char) (1 + random.nextInt(126)));
      }
      Files.writeString(state, text);
      Files.deleteIfExists(memory);
      check();
    }
    assertThat(calls())
        .as("seed %d", seed)
        .allMatch(
            call ->
                call.equals("show node n1")
                    || call.matches(
                        "update NodeName=n1 (State=RESUME|(State=DRAIN )?"
                            + "Reason=sobre: health: [A-Za-z0-9 .,:;()-]{1,180})"));
  }

  /** What does not look like a state after 64 KiB is none, and the check's status is success. */
  @Test
  void ofAnEndlessStateTheBeginningIsRead() throws IOException {
    Files.writeString(state, "reason=" + "x".repeat(64 << 20));
    check();
    String good = text(cause(SECOND, CauseKind.LOST, ""));
    Files.writeString(state, "x".repeat(65536) + "\n" + good);
    check();
    assertThat(calls()).isEmpty();
  }

  /** As fast as it can, files, links and pipes change places under the name that is read. */
  @Test
  void neitherALinkNorAPipeThatIsPutThereMeanwhileHoldsItUp() throws IOException {
    Files.writeString(dir.resolve("real"), text(cause(SECOND, CauseKind.LOST, "")));
    Process swaps = swapFilesPipesAndLinks();
    try {
      for (int i = 0; i < 150; i++) {
        check();
      }
    } finally {
      swaps.destroyForcibly();
    }
    assertThat(calls()).as("only a link leads to a cause").isEmpty();
  }

  private Process swapFilesPipesAndLinks() throws IOException {
    String loop =
        """
        use POSIX;
        chdir shift;
        while (1) {
          open my $file, '>', 'new'; close $file; rename 'new', 'health';
          mkfifo 'new', 0600; rename 'new', 'health';
          open $file, '>', 'new'; close $file; rename 'new', 'health';
          symlink 'real', 'new'; rename 'new', 'health';
        }
        """;
    return new ProcessBuilder("perl", "-e", loop, dir.toString()).inheritIO().start();
  }

  private static HealthCard card(int index, String address) {
    return new HealthCard(
        index, GpuVendor.NVIDIA, "GPU-" + index, PciAddress.parse(address).orElseThrow());
  }

  private static Cause cause(HealthCard card, CauseKind kind, String code) {
    return new Cause(kind, card, code, "as seen");
  }

  private void bad(Cause... causes) throws IOException {
    Files.writeString(state, text(causes));
  }

  private void good() throws IOException {
    Files.writeString(state, text());
  }

  private static String text(Cause... causes) throws IOException {
    List<Cause> sorted = List.of(causes).stream().sorted(Cause.ORDER).toList();
    Verdict verdict = new Verdict(sorted, List.of());
    return HealthStateCodec.write(
        new HealthState(
            uptime(),
            HealthPolicy.DRAIN,
            verdict.word(),
            sorted.stream().map(Cause::token).toList(),
            verdict.reason(),
            List.of(
                new HealthState.Card(0, FIRST.address(), FIRST.device(), "ok", ""),
                new HealthState.Card(1, SECOND.address(), SECOND.device(), "lost", "as seen")),
            HealthState.KernelLog.READ,
            List.of()));
  }

  private static Duration uptime() throws IOException {
    String text = Files.readString(Path.of("/proc/uptime"));
    return Duration.ofMillis((long) (Double.parseDouble(text.split(" ", 2)[0]) * 1000));
  }

  private static String seconds(Duration uptime) {
    return uptime.toSeconds() + ".00";
  }

  private void node(String nodeState, String reason) throws IOException {
    String text = "NodeName=n1 Arch=x86_64\n   State=" + nodeState + " ThreadsPerCore=1\n";
    Files.writeString(
        dir.resolve("record"),
        reason.isEmpty() ? text : text + "   Reason=" + reason + " [root@2026-11-21T06:00:00]\n");
  }

  private List<String> calls() throws IOException {
    Path calls = dir.resolve("calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  private String path() {
    return dir + ":/usr/bin:/bin";
  }

  private void check() throws IOException {
    run(Map.of("PATH", path(), "SLURMD_NODENAME", "n1"));
  }

  /** Always success, no word, and never long. */
  private void run(Map<String, String> environment) throws IOException {
    Process process = start(environment);
    assertThat(ended(process, Duration.ofSeconds(30))).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(new String(process.getInputStream().readAllBytes(), UTF_8)).isEmpty();
  }

  private Process start(Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(CHECK.toString(), state.toString(), memory.toString());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectErrorStream(true);
    return builder.start();
  }

  private static boolean ended(Process process, Duration limit) {
    try {
      return process.waitFor(limit.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
