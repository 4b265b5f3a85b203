package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;

class SharedLookTest {

  private static final SettledMemory.Look NEVER =
      () -> {
        throw new AssertionError("looked");
      };

  @TempDir private Path root;

  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void aStep() throws IOException {
    Files.createDirectories(root.resolve("dev/shm"));
    environment.put("SLURM_JOB_ID", "7");
    environment.put("SLURM_STEP_ID", "0");
    environment.put("SLURMD_NODENAME", "n1");
  }

  @Test
  void whatTheFirstFoundCountsForAllWhateverTheyFind() throws Exception {
    assertThat(free(look().devices(() -> cards("GPU-a", 24_000), NEVER))).containsExactly(24_000L);
    List<Device> second = look().devices(NEVER, () -> cards("GPU-a", 13_000));
    assertThat(free(second)).containsExactly(24_000L);
    assertThat(second.get(0).model()).isEqualTo("a card");
    assertThat(free(look().devices(NEVER, () -> cards("GPU-a", 2_000)))).containsExactly(24_000L);
  }

  /** Bound to cards of their own, two to each. */
  @Test
  void whoSeesAnotherCardIsTheFirstToLookAtIt() throws Exception {
    look().devices(() -> cards("GPU-a", 24_000), NEVER);
    assertThat(free(look().devices(() -> cards("GPU-b", 9_000), () -> cards("GPU-b", 8_000))))
        .containsExactly(9_000L);
    assertThat(free(look().devices(NEVER, () -> cards("GPU-b", 4_000)))).containsExactly(9_000L);
    assertThat(free(look().devices(NEVER, () -> cards("GPU-a", 4_000)))).containsExactly(24_000L);
  }

  @ParameterizedTest
  @CsvSource({
    "SLURM_JOB_ID, 8",
    "SLURM_STEP_ID, 1",
    "SLURM_RESTART_COUNT, 1",
    "SLURMD_NODENAME, n2"
  })
  void anotherStepLooksForItself(String name, String value) throws Exception {
    look().devices(() -> cards("GPU-a", 24_000), NEVER);
    environment.put(name, value);
    assertThat(free(look().devices(() -> cards("GPU-a", 5_000), NEVER))).containsExactly(5_000L);
  }

  @Test
  void whatIsNoStepSharesNothing() {
    environment.remove("SLURM_STEP_ID");
    assertThat(SharedLook.of(environment, new SysRoot(root))).isEmpty();
    environment.put("SLURM_STEP_ID", "../../x");
    assertThat(SharedLook.of(environment, new SysRoot(root))).isEmpty();
  }

  /** No such directory; a link that somebody laid; words that are no figures. */
  @Test
  void whereNothingCanBeSharedEachGoesByItsOwnLook() throws Exception {
    Path shared = root.resolve("dev/shm/sobre-step-7.0.0.n1");
    Path precious = Files.writeString(root.resolve("precious"), "GPU-a 1\n");
    Files.createSymbolicLink(shared, precious);
    assertThat(free(look().devices(() -> cards("GPU-a", 5_000), NEVER))).containsExactly(5_000L);
    assertThat(precious).hasContent("GPU-a 1\n");
    Files.delete(shared);
    Files.writeString(shared, ownTask() + "GPU-a many\nGPU-a 12");
    assertThat(free(look().devices(NEVER, () -> cards("GPU-a", 5_000)))).as("12 B").contains(0L);
    Files.writeString(shared, ownTask() + "GPU-a many\n");
    assertThat(free(look().devices(() -> cards("GPU-a", 6_000), NEVER))).containsExactly(6_000L);
    Files.delete(shared);
    Files.delete(shared.getParent());
    assertThat(free(look().devices(() -> cards("GPU-a", 7_000), NEVER))).containsExactly(7_000L);
  }

  /** In a directory that everybody may write to. */
  @Test
  void whatSomebodyElseWroteCountsNothing() throws Exception {
    Path shared = root.resolve("dev/shm/sobre-step-7.0.0.n1");
    Files.writeString(shared, ownTask() + "GPU-a " + (1L << 40) + "\n");
    try {
      Files.setAttribute(shared, "unix:uid", 12_345);
    } catch (IOException e) {
      assumeThat(e).as("only root can give a file away").isNull();
    }
    assertThat(free(look().devices(() -> cards("GPU-a", 5_000), NEVER))).containsExactly(5_000L);
  }

  @Test
  void aLookThatFailsIsTheTasksOwnAndTheNextOneLooks() throws Exception {
    assertThatThrownBy(
            () ->
                look()
                    .devices(
                        () -> {
                          throw new PlanningException("none");
                        },
                        NEVER))
        .hasMessage("none");
    assertThat(free(look().devices(() -> cards("GPU-a", 5_000), NEVER))).containsExactly(5_000L);
  }

  /** Each takes its part as soon as it has a figure. */
  @Test
  void ofEightAtOnceOneLooksBeforeAnyBegins() throws Exception {
    AtomicInteger looked = new AtomicInteger();
    AtomicInteger begun = new AtomicInteger();
    ExecutorService tasks = Executors.newFixedThreadPool(8);
    List<Future<Long>> figures = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      figures.add(
          tasks.submit(
              () -> {
                SettledMemory.Look now = () -> cards("GPU-a", 24_000 - 3_000L * begun.get());
                List<Device> devices =
                    look()
                        .devices(
                            () -> {
                              looked.incrementAndGet();
                              return now.devices();
                            },
                            now);
                begun.incrementAndGet();
                return devices.get(0).free().mebibytes();
              }));
    }
    for (Future<Long> figure : figures) {
      assertThat(figure.get()).isEqualTo(24_000);
    }
    tasks.shutdown();
    assertThat(looked).hasValue(1);
  }

  /** Slurm counts jobs anew where its state was lost, and the node's memory was not. */
  @Test
  void figuresOfAStepThatIsOverCountNothing() throws Exception {
    Path shared = root.resolve("dev/shm/sobre-step-7.0.0.n1");
    Files.writeString(shared, deadTask() + "GPU-a " + (23_000L << 20) + "\n");
    assertThat(free(look().devices(() -> cards("GPU-a", 4_000), NEVER))).containsExactly(4_000L);
    assertThat(free(look().devices(NEVER, () -> cards("GPU-a", 1_000)))).containsExactly(4_000L);
    assertThat(shared).content().doesNotContain("task " + deadPid() + " ");
  }

  /** The first has failed at once; the others have not looked yet. */
  @Test
  void oneOfThoseThatGoByThemIsEnough() throws Exception {
    Path shared = root.resolve("dev/shm/sobre-step-7.0.0.n1");
    Files.writeString(shared, deadTask() + ownTask() + "GPU-a " + (23_000L << 20) + "\n");
    assertThat(free(look().devices(NEVER, () -> cards("GPU-a", 4_000)))).containsExactly(23_000L);
  }

  @Test
  void filesOfStepsThatAreOverAreRemoved() throws Exception {
    Path shm = root.resolve("dev/shm");
    Files.writeString(shm.resolve("sobre-step-1.0.0.n1"), deadTask() + "GPU-a 1\n");
    Files.writeString(shm.resolve("sobre-step-2.0.0.n1"), ownTask() + "GPU-a 1\n");
    Files.writeString(shm.resolve("sobre-step-3.0.0.n1"), "");
    Path inVain = Files.writeString(shm.resolve("sobre-step-4.0.0.n1"), "");
    Files.writeString(shm.resolve("other"), deadTask());
    Files.setLastModifiedTime(inVain, FileTime.from(Instant.now().minusSeconds(3_600)));
    look().devices(() -> cards("GPU-a", 1), NEVER);
    try (Stream<Path> left = Files.list(shm)) {
      assertThat(left.map(p -> p.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "other", "sobre-step-2.0.0.n1", "sobre-step-3.0.0.n1", "sobre-step-7.0.0.n1");
    }
  }

  private static String ownTask() {
    ProcessHandle self = ProcessHandle.current();
    return "task "
        + self.pid()
        + " "
        + self.info().startInstant().orElseThrow().toEpochMilli()
        + "\n";
  }

  /** A process of today's number and another start. */
  private static String deadTask() {
    return "task " + deadPid() + " 1000\n";
  }

  private static long deadPid() {
    return ProcessHandle.current().parent().orElseThrow().pid();
  }

  private SharedLook look() {
    return SharedLook.of(environment, new SysRoot(root)).orElseThrow();
  }

  private static List<Long> free(List<Device> devices) {
    return devices.stream().map(device -> device.free().mebibytes()).toList();
  }

  private static List<Device> cards(String id, long freeMebibytes) {
    return List.of(
        new Device(
            id,
            "a card",
            GpuVendor.NVIDIA,
            MemorySize.ofMebibytes(freeMebibytes),
            MemorySize.ofMebibytes(24_564),
            Optional.empty(),
            Optional.empty()));
  }
}
