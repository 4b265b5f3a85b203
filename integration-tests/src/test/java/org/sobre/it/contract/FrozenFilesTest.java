package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The frozen files are those of the run, byte for byte: see PROVENANCE.md beside them. */
class FrozenFilesTest {

  @Test
  void noFileHasChangedComeOrGone() throws IOException, NoSuchAlgorithmException {
    Map<String, String> found = new TreeMap<>();
    for (String name : Frozen.files("")) {
      if (!name.equals("SHA256SUMS") && !name.equals("PROVENANCE.md")) {
        found.put(name, sha256(Files.readAllBytes(Frozen.file(name))));
      }
    }
    Map<String, String> frozen = new TreeMap<>();
    for (String line : Frozen.text("SHA256SUMS").lines().toList()) {
      String[] words = line.split(" +", 2);
      frozen.put(words[1], words[0]);
    }
    assertThat(found)
        .as("frozen files never change: mend the code, not the file (PROVENANCE.md)")
        .isEqualTo(frozen);
  }

  private static String sha256(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
