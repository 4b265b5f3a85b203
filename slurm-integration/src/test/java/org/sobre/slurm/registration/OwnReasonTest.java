package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.units.PciAddress;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.Shortfall;
import org.sobre.slurm.registration.OwnReason.MissingInWords;

/** A reason that Slurm's record keeps, there and back. */
class OwnReasonTest {

  private static final Instant AT = Instant.parse("2026-11-21T00:00:00Z");
  private static final List<String> MODELS =
      List.of("NVIDIA L4", "nvidia_a100_3g.40gb", "AMD Instinct MI210", "GeForce GTX 1080 Ti");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void tellsWhichCardsAreMissing(long seed) {
    Random random = new Random(seed);
    List<MissingGpu> missing = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(6); i++) {
      PciAddress address = new PciAddress(0, 0x10 + i, 0, 0);
      missing.add(
          new MissingGpu(
              Optional.of("GPU-" + i).filter(id -> random.nextBoolean()),
              Optional.of(address).filter(id -> random.nextBoolean()),
              MODELS.get(random.nextInt(MODELS.size())),
              AT,
              true));
    }
    NodeDocument document = RegistrationTest.document(2, 24105);
    String reason =
        OwnReason.of(document, new Shortfall(missing, Optional.empty(), Optional.empty()), true)
            .orElseThrow();
    long others =
        missing.stream()
            .filter(
                m ->
                    !document.gres().get(0).device().equals(dev(m))
                        && !document.gres().get(1).device().equals(dev(m)))
            .count();
    assertThat(OwnReason.read(reason + " [root@2026-11-21T10:00:00]", AT))
        .as("seed %d: %s", seed, reason)
        .contains(
            new MissingInWords(
                (int) (2 + others), missing.subList(0, Math.min(3, missing.size()))));
  }

  private static String dev(MissingGpu gpu) {
    return gpu.device().orElse("");
  }

  @Test
  void readsNothingElse() {
    for (String other :
        List.of(
            "fan is loud [ann@2026-11-21T10:00:00]",
            "sobre: health: GPU 1: lost",
            "sobre: register: hardware differs, reboot to register: Gres gpu:a=2 -> gpu:a=1",
            "sobre: register: slurmd refuses the gres description: 1 of 2 GPUs is missing: x",
            "sobre: register: 99999999999 of 99999999999 GPUs are missing: x")) {
      assertThat(OwnReason.read(other, AT)).as(other).isEmpty();
    }
  }
}
