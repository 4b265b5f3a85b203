package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;
import org.sobre.it.lab.Terminal;

/**
 * {@code sobre watch} as Alice sees it on a terminal of the node where she has a GPU and Bob the
 * other one.
 */
@RealCluster
@Order(7)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WatchIT {

  private static final String NODE = "gpu1";
  private static final String CARD =
      "^GPU-[0-9a-f]{8} +\\d+ % +\\d+\\.\\d/\\d+\\.\\d GB +\\d+ W +\\d+ °C  ";

  private final Lab lab;
  private String hers = "";
  private String his = "";
  private Terminal terminal;

  WatchIT(Lab lab) {
    this.lab = lab;
  }

  @BeforeAll
  void aliceAndBobHaveAGpuEach() {
    lab.awaitDaemon(NODE);
    hers = lab.sbatch("alice", "sleep 600", "-w", NODE, "--gres=gpu:1");
    his = lab.sbatch("bob", "sleep 600", "-w", NODE, "--gres=gpu:1");
    awaitBothTold();
  }

  /** To Slurm a job runs before its prolog has told the daemon, which looks once a second. */
  private void awaitBothTold() {
    await("jobs " + hers + " and " + his + " to be told")
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> watch("root", "--count", "1").output(),
            told -> told.contains(hers + ".0 alice") && told.contains(his + ".0 bob"));
  }

  @AfterAll
  void theyEnd() {
    lab.exec("root", "scancel", hers, his).text();
    lab.awaitJobLine(NODE, hers);
    lab.awaitJobLine(NODE, his);
  }

  @BeforeEach
  void aTerminal() {
    terminal = Terminal.open(lab, NODE, "alice", 80, 24);
    terminal.type("stty -a >before");
    terminal.awaitPrompt();
  }

  @AfterEach
  void noTerminal() {
    terminal.close();
  }

  @Test
  void fiveSecondsInEightyColumnsThenAnotherSizeThenQ() {
    terminal.type("sobre watch");
    terminal.awaitScreen(
        lines -> isTitle(lines.get(0), 80) && lines.toString().contains(hers + ".0 alice"));
    assertThat(terminal.isOnAlternateScreen()).isTrue();
    assertThat(terminal.isCursorShown()).isFalse();

    Set<String> titles = new HashSet<>();
    Instant until = Instant.now().plusSeconds(5);
    while (Instant.now().isBefore(until)) {
      List<String> lines = terminal.screen();
      assertThat(lines).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
      assertThatItIsTheNode(lines);
      titles.add(lines.get(0));
    }
    assertThat(titles).hasSizeBetween(4, 7);

    terminal.resize(100, 30);
    assertThatItIsTheNode(terminal.awaitScreen(lines -> isTitle(lines.get(0), 100)));
    // what is no key of the view is no word for the shell afterwards either
    terminal.key("x");
    terminal.key("q");
    assertThatAllIsAsBefore(0);
  }

  @Test
  void ctrlCGivesTheTerminalBack() {
    terminal.type("sobre watch --interval 1min");
    terminal.awaitScreen(lines -> isTitle(lines.get(0), 80));
    terminal.key("C-c");
    assertThat(terminal.awaitPrompt())
        .startsWith("ready>stty -a >before", "ready>sobre watch --interval 1min")
        .noneSatisfy(line -> assertThat(line).contains("q ends"));
    assertThatAllIsAsBefore(130);
  }

  @Test
  void stoppedTheTerminalIsTheShells() {
    terminal.type("sobre watch");
    terminal.awaitScreen(lines -> isTitle(lines.get(0), 80));
    terminal.key("C-z");
    assertThat(terminal.awaitPrompt())
        .anySatisfy(line -> assertThat(line).matches("\\[1\\].*Stopped.*sobre watch"));
    assertThat(terminal.isCursorShown()).isTrue();
    terminal.type("stty -a | diff before - && echo as it was");
    terminal.awaitScreen(lines -> lines.contains("as it was"));
    terminal.type("fg");
    terminal.awaitScreen(lines -> isTitle(lines.get(0), 80));
    terminal.key("q");
    assertThatAllIsAsBefore(0);
  }

  @Test
  void aDumbTerminalAndAPipeGetPlainLines() {
    terminal.type("TERM=dumb LC_ALL=C NO_COLOR=1 sobre watch --count 1; echo over");
    assertThat(terminal.awaitScreen(lines -> lines.contains("over")))
        .anySatisfy(line -> assertThat(line).startsWith("TIME     DEVICE "))
        .anySatisfy(line -> assertThat(line).contains(hers + ".0 alice lab-vision"));
    assertThat(terminal.isOnAlternateScreen()).isFalse();

    Result piped = watch("alice", "--count", "2");
    assertThat(piped.output()).doesNotContain("\u001b").contains("TIME     DEVICE ");
    assertThat(piped.output().lines())
        .filteredOn(line -> line.contains(hers + ".0 alice"))
        .hasSize(2);
    assertThat(piped.output().lines())
        .filteredOn(line -> !line.contains("lab-vision"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
  }

  @Test
  void whatWasCountedOutLeavesItsLastLookBehind() {
    terminal.type("sobre watch --count 2");
    assertThat(terminal.awaitPrompt())
        .anySatisfy(line -> assertThat(line).startsWith("TIME     DEVICE "))
        .filteredOn(line -> line.contains(hers + ".0 alice"))
        .hasSize(1);
    assertThatAllIsAsBefore(0);
  }

  @Test
  void othersJobsAreToldToRootAndOperatorsAlone() {
    assertThat(watch("alice", "--count", "1").output())
        .contains(hers + ".0 alice")
        .doesNotContain("bob");
    assertThat(watch("carol", "--count", "1").output())
        .doesNotContain("alice", "bob")
        .containsPattern("GPU-[0-9a-f]{8} +- +- +- +-  another");
    for (String user : List.of("root", "olga")) {
      assertThat(watch(user, "--count", "1").output())
          .contains(hers + ".0 alice lab-vision", his + ".0 bob lab-vision");
    }
  }

  /** Her own nvidia-smi then tells of the cards; nobody knows whose they are. */
  @Test
  void withoutADaemonItSaysWhatItCannotRead() {
    lab.control("daemon", "stop", NODE).text();
    try {
      Result alone = watch("alice", "--count", "1");
      assertThat(alone.exitCode()).isZero();
      assertThat(alone.output())
          .containsPattern("GPU-[0-9a-f]{8} +\\d+ % +\\d+\\.\\d/\\d+\\.\\d GB +\\d+ W")
          .doesNotContain("alice", "another");
      assertThat(alone.error())
          .contains("whose jobs hold the GPUs is not known")
          .contains("sobre: cpu-package 0: you may not read its power from")
          .contains("sobre-monitord may, where it runs as a service");
    } finally {
      lab.control("daemon", "start", NODE).text();
      awaitBothTold();
    }
  }

  private void assertThatItIsTheNode(List<String> lines) {
    assertThat(lines).filteredOn(line -> line.matches(CARD + ".*")).hasSize(1);
    assertThat(lines)
        .anySatisfy(line -> assertThat(line).matches(CARD + hers + "\\.0 alice lab-vision"))
        .anySatisfy(
            line ->
                assertThat(line).matches("^GPU-[0-9a-f]{8} +- +- +- +-  another's \\(hidden\\)"))
        .anySatisfy(line -> assertThat(line).matches("^cpu-package 0 +\\d+ W"))
        .noneSatisfy(line -> assertThat(line).contains("bob"));
  }

  private static boolean isTitle(String line, int columns) {
    return line.startsWith(NODE + " ") && line.endsWith("q ends") && line.length() == columns;
  }

  private void assertThatAllIsAsBefore(int status) {
    // after another size tmux has a line of the view above those that were there
    assertThat(terminal.awaitPrompt()).anySatisfy(line -> assertThat(line).contains("sobre watch"));
    terminal.type("echo status $?");
    terminal.awaitScreen(shown -> shown.contains("status " + status));
    assertThat(terminal.isCursorShown()).isTrue();
    terminal.type("stty -a | sed 1d | diff <(sed 1d before) - && echo as it was");
    terminal.awaitScreen(shown -> shown.contains("as it was"));
  }

  private Result watch(String user, String... words) {
    List<String> command = new ArrayList<>(List.of("sobre", "watch"));
    command.addAll(List.of(words));
    return lab.onAs(NODE, user, command.toArray(String[]::new));
  }
}
