package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.fuzz.Mutations;

/** Whatever is printed in place of the XML: cards that stand there, or a refusal in words. */
class NvidiaSmiXmlFuzzTest {

  @Test
  void readsOrRefusesWhateverIsPrinted() throws IOException, URISyntaxException {
    List<String> recordings =
        Recordings.allXml().stream().map(Recordings::read).map(Recordings::withoutClocks).toList();
    Mutations.survives(recordings, NvidiaSmiXmlFuzzTest::readOrRefused);
  }

  private static void readOrRefused(String printed) {
    try {
      String lower = printed.toLowerCase(Locale.ROOT);
      for (NvidiaSmiGpu gpu : NvidiaSmiXml.parse(printed).gpus()) {
        String address = gpu.pciAddress().toString();
        assertThat(lower).contains(address.substring(address.indexOf(':')));
        gpu.uuid().ifPresent(uuid -> assertThat(printed).contains(uuid));
      }
    } catch (NvidiaSmiFormatException e) {
      assertThat(e).hasMessageMatching("(?s).{10,}");
    }
  }
}
