package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents that are links to a share, and the share is away. */
final class ConfigCheckLinksTest {

  @TempDir Path root;

  @Test
  void areSaidToBeUnreadable() throws IOException {
    Path link = Files.createSymbolicLink(root.resolve("linked.yaml"), root.resolve("away/f.yaml"));
    ConfigCheck check = new ConfigCheck("n1", false);
    check.factors(List.of(link));
    check.labs(link);
    check.policy(link);
    check.labs(root.resolve("none.yaml"));
    assertThat(check.documents()).hasSize(3).noneMatch(CheckedDocument::readable);
  }
}
