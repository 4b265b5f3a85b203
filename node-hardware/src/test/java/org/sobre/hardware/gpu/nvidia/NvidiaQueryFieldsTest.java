package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class NvidiaQueryFieldsTest {

  @Test
  void readsNamesAndAliasesOfARecordedHelp() {
    NvidiaQueryFields fields =
        NvidiaQueryFields.parse(Recordings.read("h200_590.48.01_help-query-gpu.txt"));
    assertThat(fields.names())
        .contains("uuid", "gpu_uuid", "pci.bus_id", "power.draw.instant", "compute_cap")
        .contains("clocks_event_reasons.active", "clocks_throttle_reasons.active")
        // of 595 and later; and words that the descriptions quote
        .doesNotContain("kmd_version", "Enabled", "Disabled", "domain:bus:device.function");
  }

  @Test
  void keepsTheOrderWanted() {
    NvidiaQueryFields fields =
        NvidiaQueryFields.parse("\"uuid\" or \"gpu_uuid\"\nText.\n\n\"power.draw\"\nText.\n");
    assertThat(fields.intersect(List.of("power.draw.instant", "power.draw", "uuid")))
        .containsExactly("power.draw", "uuid");
  }

  @Test
  void findsNothingInAnErrorMessage() {
    assertThat(NvidiaQueryFields.parse(Recordings.read("failure_no-driver_stdout.txt")).names())
        .isEmpty();
  }
}
