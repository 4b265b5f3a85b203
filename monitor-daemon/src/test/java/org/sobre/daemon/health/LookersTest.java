package org.sobre.daemon.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.health.CardLook;
import org.sobre.slurm.health.CauseKind;
import org.sobre.slurm.health.HealthCard;

/** How cards of both vendors are looked at: with tools and trees of files in their place. */
class LookersTest {

  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final String HELP = "\"uuid\"\n\"pci.bus_id\"\n\"temperature.gpu\"\n";
  private static final HealthCard NVIDIA = card(0, GpuVendor.NVIDIA, "0000:24:00.0");
  private static final HealthCard OTHER = card(1, GpuVendor.NVIDIA, "0000:41:00.0");
  private static final HealthCard AMD = card(2, GpuVendor.AMD, "0000:c3:00.0");
  private static final List<HealthCard> ALL = List.of(NVIDIA, OTHER, AMD);
  private static final String AMD_DEVICE = "sys/bus/pci/devices/0000:c3:00.0/";

  @TempDir Path root;
  private final List<List<String>> asked = new ArrayList<>();

  @Test
  void columnsAreNegotiatedOnceAndAgainWhereTheyAreRefused() {
    List<ToolResult> answers =
        new ArrayList<>(
            List.of(
                exited(0, HELP),
                exited(0, "GPU-0, 0000:24:00.0, 41\nGPU-1, 0000:41:00.0, 39\n"),
                exited(2, "Field \"temperature.gpu\" is not a valid field to query.\n"),
                exited(0, HELP),
                exited(0, "GPU-0, 0000:24:00.0, 41\n")));
    NvidiaLooker looker = nvidia(answering(answers));
    assertThat(looker.look(ALL, Set.of()))
        .containsExactly(CardLook.well(NVIDIA, false), CardLook.well(OTHER, false));
    assertThat(looker.look(ALL, Set.of())).as("no verdict by a refused question").isEmpty();
    assertThat(looker.look(ALL, Set.of()).get(1).fault()).contains(CauseKind.LOST);
    assertThat(asked).hasSize(5);
  }

  @Test
  void aToolThatHangsIsAskedLessAndLessAndAtOnceAgainWhenItAnswers() {
    ToolRunner hangs = (command, environment, deadline) -> ended(command, Ending.TIMED_OUT);
    NvidiaLooker looker = nvidia(hangs);
    List<Integer> looksApart = new ArrayList<>();
    int apart = 0;
    for (int i = 0; i < 60; i++) {
      List<CardLook> looks = looker.look(ALL, Set.of());
      apart++;
      if (!looks.isEmpty()) {
        assertThat(looks).allMatch(look -> look.fault().equals(Optional.of(CauseKind.HANGING)));
        looksApart.add(apart);
        apart = 0;
      }
    }
    assertThat(looksApart).containsExactly(1, 2, 3, 5, 9, 17, 17);
  }

  /** With a real process, which ignores SIGTERM. */
  @Test
  void ofAToolThatHangsNoProcessIsLeft() throws IOException {
    Path pid = root.resolve("pid");
    Path tool =
        Files.writeString(
            root.resolve("nvidia-smi"),
            "#!/bin/sh\ntrap '' TERM\necho $$ > " + pid + "\nsleep 60\n");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwxr-xr-x"));
    NvidiaLooker looker =
        new NvidiaLooker(
            new CommonsExecToolRunner(), tool.toString(), new SysRoot(root), Duration.ofSeconds(1));
    assertThat(looker.look(ALL, Set.of()))
        .allMatch(look -> look.fault().equals(Optional.of(CauseKind.HANGING)));
    long left = Long.parseLong(Files.readString(pid).strip());
    assertThat(ProcessHandle.of(left).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void aCardThatSleepsIsNotAskedAndTheOthersAreByName() throws IOException {
    write("sys/bus/pci/devices/0000:24:00.0/power/runtime_status", "suspended\n");
    NvidiaLooker looker =
        nvidia(
            answering(
                new ArrayList<>(List.of(exited(0, HELP), exited(0, "GPU-1, 0000:41:00.0, 39\n")))));
    assertThat(looker.look(ALL, Set.of()))
        .containsExactly(CardLook.asleep(NVIDIA), CardLook.well(OTHER, false));
    assertThat(asked.get(1)).endsWith("-i", "0000:41:00.0");
    write("sys/bus/pci/devices/0000:41:00.0/power/runtime_status", "suspended\n");
    assertThat(looker.look(ALL, Set.of()))
        .containsExactly(CardLook.asleep(NVIDIA), CardLook.asleep(OTHER));
    assertThat(asked).hasSize(2);
  }

  /** Who has a fault would never be found well again. */
  @Test
  void anIllCardIsAskedThoughItSleeps() throws IOException {
    write("sys/bus/pci/devices/0000:24:00.0/power/runtime_status", "suspended\n");
    write("sys/bus/pci/devices/0000:41:00.0/power/runtime_status", "suspended\n");
    NvidiaLooker looker =
        nvidia(
            answering(
                new ArrayList<>(List.of(exited(0, HELP), exited(0, "GPU-1, 0000:41:00.0, 39\n")))));
    assertThat(looker.look(ALL, Set.of(OTHER)))
        .containsExactly(CardLook.asleep(NVIDIA), CardLook.well(OTHER, false));
    assertThat(asked.get(1)).endsWith("-i", "0000:41:00.0");
    amdCard();
    write(AMD_DEVICE + "power/runtime_status", "suspended\n");
    try (AmdLooker amd = AmdLooker.of(new SysRoot(root), DEADLINE)) {
      assertThat(amd.look(ALL, Set.of(AMD))).containsExactly(CardLook.well(AMD, false));
    }
  }

  @Test
  void aNodeWithoutCardsOfAVendorAsksNobody() {
    assertThat(nvidia(answering(List.of())).look(List.of(AMD), Set.of())).isEmpty();
    assertThat(amd(List.of(NVIDIA))).isEmpty();
  }

  @Test
  void anAmdCardThatIsNoLongerOnTheBusIsLost() throws IOException {
    assertThat(amd(ALL).get(0).fault()).contains(CauseKind.LOST);
    amdCard();
    assertThat(amd(ALL)).containsExactly(CardLook.well(AMD, false));
  }

  @Test
  void anAmdCardAtItsLimitIsHot() throws IOException {
    amdCard();
    write(AMD_DEVICE + "hwmon/hwmon3/temp2_crit", "100000\n");
    write(AMD_DEVICE + "hwmon/hwmon3/temp2_input", "98999\n");
    assertThat(amd(ALL)).containsExactly(CardLook.well(AMD, false));
    write(AMD_DEVICE + "hwmon/hwmon3/temp2_input", "99000\n");
    assertThat(amd(ALL)).containsExactly(CardLook.well(AMD, true));
  }

  @Test
  void anAmdCardWithUncorrectableErrorsSaysWhere() throws IOException {
    amdCard();
    write(AMD_DEVICE + "ras/sdma_err_count", "ue: 0\nce: 7\n");
    write(AMD_DEVICE + "ras/umc_err_count", "ue: 0\nce: 7\n");
    assertThat(amd(ALL)).containsExactly(CardLook.well(AMD, false));
    write(AMD_DEVICE + "ras/umc_err_count", "ue: 2\nce: 7\n");
    assertThat(amd(ALL))
        .containsExactly(CardLook.ill(AMD, CauseKind.UNCORRECTABLE, "uncorrectable errors: umc 2"));
  }

  @Test
  void anAmdCardThatSleepsIsNotRead() throws IOException {
    amdCard();
    write(AMD_DEVICE + "power/runtime_status", "suspended\n");
    Files.delete(root.resolve(AMD_DEVICE + "hwmon/hwmon3/power1_average"));
    Files.createDirectory(root.resolve(AMD_DEVICE + "hwmon/hwmon3/power1_average"));
    assertThat(amd(ALL)).containsExactly(CardLook.asleep(AMD));
    write(AMD_DEVICE + "power/runtime_status", "active\n");
    assertThat(amd(ALL).get(0).fault()).contains(CauseKind.FAILING);
  }

  @Test
  void anAmdCardThatDoesNotAnswerHoldsUpNoOtherAndIsNotAskedTwice() {
    CountDownLatch answer = new CountDownLatch(1);
    HealthCard second = card(3, GpuVendor.AMD, "0000:c4:00.0");
    List<HealthCard> reads = new ArrayList<>();
    try (AmdLooker looker =
        new AmdLooker(
            (card, evenAsleep) -> {
              synchronized (reads) {
                reads.add(card);
              }
              if (card.equals(AMD)) {
                awaitQuietly(answer);
              }
              return CardLook.well(card, false);
            },
            Duration.ofMillis(300))) {
      for (int i = 0; i < 2; i++) {
        List<CardLook> looks = looker.look(List.of(AMD, second), Set.of());
        assertThat(looks.get(0).fault()).contains(CauseKind.HANGING);
        assertThat(looks.get(1)).isEqualTo(CardLook.well(second, false));
      }
      assertThat(reads).filteredOn(AMD::equals).hasSize(1);
      answer.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<CardLook> amd(List<HealthCard> cards) {
    try (AmdLooker looker = AmdLooker.of(new SysRoot(root), DEADLINE)) {
      return looker.look(cards, Set.of());
    }
  }

  private void amdCard() throws IOException {
    write(AMD_DEVICE + "hwmon/hwmon3/power1_average", "41000000\n");
  }

  private NvidiaLooker nvidia(ToolRunner tools) {
    return new NvidiaLooker(tools, "nvidia-smi", new SysRoot(root), DEADLINE);
  }

  private ToolRunner answering(List<ToolResult> answers) {
    return (command, environment, deadline) -> {
      asked.add(command);
      return answers.remove(0);
    };
  }

  private static ToolResult exited(int status, String stdout) {
    return new ToolResult(
        List.of("nvidia-smi"), Ending.EXITED, OptionalInt.of(status), stdout, "", Duration.ZERO);
  }

  private static ToolResult ended(List<String> command, Ending ending) {
    return new ToolResult(command, ending, OptionalInt.empty(), "", "", DEADLINE);
  }

  private static HealthCard card(int index, GpuVendor vendor, String address) {
    return new HealthCard(index, vendor, "GPU-" + index, PciAddress.parse(address).orElseThrow());
  }

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }
}
