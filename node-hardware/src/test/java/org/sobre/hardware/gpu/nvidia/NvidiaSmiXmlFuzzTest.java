package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.fuzz.Mutations;

/** Whatever is printed in place of the XML: cards that stand there, or a refusal in words. */
class NvidiaSmiXmlFuzzTest {

  private static final Pattern NOT_XML = Pattern.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]");

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
        // characters that XML does not know are left out before it is read
        gpu.uuid()
            .ifPresent(uuid -> assertThat(NOT_XML.matcher(printed).replaceAll("")).contains(uuid));
      }
    } catch (NvidiaSmiFormatException e) {
      assertThat(e).hasMessageMatching("(?s).{10,}");
    }
  }
}
