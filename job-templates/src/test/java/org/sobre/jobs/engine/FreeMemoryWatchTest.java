package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.units.MemorySize;
import org.sobre.jobs.plan.Device;

class FreeMemoryWatchTest {

  private final AtomicLong free = new AtomicLong(24_000);

  @Test
  void theMostThatIsMissingSinceItBegan() {
    try (FreeMemoryWatch watch = new FreeMemoryWatch(() -> List.of(card(free.get())))) {
      assertThat(watch.most()).isEmpty();
      free.set(16_000);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> watch.most().equals(Optional.of(MemorySize.ofMebibytes(8_000))));
      free.set(20_000);
      await().during(Duration.ofMillis(700)).until(() -> watch.most().isPresent());
      assertThat(watch.most()).hasValue(MemorySize.ofMebibytes(8_000));
    }
  }

  @Test
  void whereTheFirstLookFailsNothingIsTold() throws InterruptedException {
    AtomicLong looks = new AtomicLong();
    SettledMemory.Look look =
        () -> {
          if (looks.getAndIncrement() == 0) {
            throw new PlanningException("no tool");
          }
          return List.of(card(1));
        };
    try (FreeMemoryWatch watch = new FreeMemoryWatch(look)) {
      await().atMost(Duration.ofSeconds(20)).until(() -> looks.get() > 1);
      assertThat(watch.most()).isEmpty();
    }
  }

  private static Device card(long freeMebibytes) {
    return new Device(
        "GPU-a",
        "a card",
        GpuVendor.NVIDIA,
        MemorySize.ofMebibytes(freeMebibytes),
        MemorySize.ofMebibytes(24_564),
        Optional.empty(),
        Optional.empty());
  }
}
