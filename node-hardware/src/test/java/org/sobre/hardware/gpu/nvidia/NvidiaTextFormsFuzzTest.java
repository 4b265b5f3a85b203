package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.UnknownPlace;

/** Whatever nvidia-smi's texts turn into: cards that stand in them, or a refusal in words. */
class NvidiaTextFormsFuzzTest {

  @ParameterizedTest
  @ValueSource(strings = {"_q", "_table", "_query-gpu"})
  void everyFormIsReadOrRefused(String form) throws IOException, URISyntaxException {
    Mutations.survives(
        Recordings.all().stream()
            .filter(name -> name.contains(form) && !name.endsWith(".xml"))
            .map(Recordings::read)
            .toList(),
        NvidiaTextFormsFuzzTest::readOrRefused);
  }

  /** Pieces of one form in another. */
  @Test
  void aMixOfFormsIsReadOrRefused() throws IOException, URISyntaxException {
    List<String> all =
        Recordings.all().stream().map(Recordings::read).map(Recordings::withoutClocks).toList();
    Mutations.survives(
        all,
        printed -> {
          try {
            NvidiaRecorded.read(printed).orElse(List.of()).forEach(gpu -> isTold(gpu, printed));
          } catch (IllegalArgumentException e) {
            assertThat(e).hasCauseInstanceOf(NvidiaSmiFormatException.class);
          }
        });
  }

  private static void isTold(Gpu gpu, String printed) {
    String address = gpu.pciAddress().toString();
    if (!UnknownPlace.isOne(gpu.pciAddress())) {
      // byte order marks are left out before a message is read
      assertThat(printed.replace("\ufeff", "").toLowerCase(Locale.ROOT))
          .contains(address.substring(address.indexOf(':')));
    }
    gpu.uuid().ifPresent(uuid -> assertThat(isIn(uuid, printed)).isTrue());
  }

  private static void readOrRefused(String printed) {
    String lower = printed.toLowerCase(Locale.ROOT);
    try {
      NvidiaTextForms.read(printed)
          .ifPresent(
              log -> {
                for (NvidiaSmiGpu gpu : log.gpus()) {
                  String address = gpu.pciAddress().toString();
                  assertThat(lower).contains(address.substring(address.indexOf(':')));
                  gpu.uuid().ifPresent(uuid -> assertThat(isIn(uuid, printed)).isTrue());
                }
              });
    } catch (NvidiaSmiFormatException e) {
      assertThat(e).hasMessageMatching("(?s).{10,}");
    }
  }

  /** Control characters are taken out of what is read. */
  private static boolean isIn(String uuid, String printed) {
    return printed.contains(uuid) || printed.replaceAll("\\p{Cntrl}+", " ").contains(uuid);
  }
}
