package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;

class WatchdogTest {

  private static final long OURS = 4242;
  private static final List<String> ALIVE = List.of("systemd-notify", "WATCHDOG=1");

  private final AtomicLong turns = new AtomicLong();
  private final List<List<String>> said = Collections.synchronizedList(new ArrayList<>());

  private final ToolRunner tools =
      (command, environment, deadline) -> {
        said.add(command);
        return new ToolResult(
            command, Ending.EXITED, OptionalInt.of(0), "", "", Duration.ofMillis(1));
      };

  @Test
  void saysSoOnceForEachLookAtALoopThatTurns() {
    Watchdog watchdog = watchdog("60000000");
    turns.set(3);
    watchdog.look();
    turns.set(23);
    watchdog.look();

    assertThat(said).containsExactly(ALIVE, ALIVE);
  }

  @Test
  void saysNothingOfALoopThatHangs() {
    Watchdog watchdog = watchdog("60000000");
    watchdog.look();
    turns.set(1);
    watchdog.look();
    watchdog.look();
    watchdog.look();

    assertThat(said).containsExactly(ALIVE);
  }

  @Test
  void looksOftenerThanSystemdWaits() {
    try (Watchdog watchdog = watchdog("60000")) {
      watchdog.start();

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> turns.incrementAndGet() > 0 && said.size() >= 3);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',           60000000, ''", // no systemd: the lab, --own, a terminal
    "/run/notify,  '',       ''", // a unit without WatchdogSec=
    "/run/notify,  0,        ''",
    "/run/notify,  never,    ''",
    "/run/notify,  60000000, 1", // of the process that started this one
  })
  void isThereOnlyWhereItIsAskedFor(String socket, String micros, String pid) {
    Map<String, String> environment = new HashMap<>();
    if (!socket.isEmpty()) {
      environment.put("NOTIFY_SOCKET", socket);
    }
    if (!micros.isEmpty()) {
      environment.put("WATCHDOG_USEC", micros);
    }
    if (!pid.isEmpty()) {
      environment.put("WATCHDOG_PID", pid);
    }

    assertThat(Watchdog.asked(environment, OURS, tools, turns::get)).isEmpty();
  }

  private Watchdog watchdog(String micros) {
    Map<String, String> environment =
        Map.of(
            "NOTIFY_SOCKET",
            "/run/systemd/notify",
            "WATCHDOG_USEC",
            micros,
            "WATCHDOG_PID",
            "4242");
    return Watchdog.asked(environment, OURS, tools, turns::get).orElseThrow();
  }
}
