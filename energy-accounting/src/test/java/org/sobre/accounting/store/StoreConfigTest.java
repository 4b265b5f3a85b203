package org.sobre.accounting.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.SobreConfig;

/** Where the accounts are, as sobre.yaml says. */
class StoreConfigTest {

  private static SobreConfig parse(String store) {
    return SobreConfig.parse("sobre.yaml", "schema: sobre/1\nstore: " + store + "\n");
  }

  @Test
  void aServersDatabaseHasALogin() {
    SobreConfig config =
        parse(
            "{url: \"jdbc:mariadb://db.site.fr:3307/sobre\", user: sobre,"
                + " passwordFile: /etc/sobre/store.password}");
    assertThat(StoreConfig.from(config.store()))
        .isEqualTo(
            new StoreConfig(
                "jdbc:mariadb://db.site.fr:3307/sobre",
                new StoreLogin(
                    Optional.of("sobre"), Optional.of(Path.of("/etc/sobre/store.password")))));
    assertThat(config.problems().all()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mariadb://localhost",
        "jdbc:mariadb:///sobre",
        "jdbc:mariadb://localhost/so bre",
        "jdbc:mysql://localhost/sobre",
        "jdbc:sqlite:",
        "/var/lib/x.db"
      })
  void whatIsNoDatabaseIsAProblem(String url) {
    SobreConfig config = parse("{url: \"" + url + "\"}");
    StoreConfig.from(config.store());
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("store.url: expected jdbc:sqlite:FILE, jdbc:mariadb://HOST[:PORT]/DATABASE");
  }

  @Test
  void aPasswordInTheUrlIsRefusedAndNotRepeated() {
    for (String url :
        List.of(
            "jdbc:mariadb://localhost/sobre?user=sobre&password=s3cret",
            "jdbc:mariadb://sobre:s3cret@localhost/sobre")) {
      SobreConfig config = parse("{url: \"" + url + "\"}");
      assertThat(StoreConfig.from(config.store()).url()).startsWith(StoreConfig.SQLITE);
      assertThat(config.problems().all())
          .extracting(Problem::toString)
          .singleElement()
          .asString()
          .contains("store.passwordFile")
          .doesNotContain("s3cret");
      assertThat(StoreConfig.isUsable(url)).isFalse();
    }
  }

  @Test
  void aSlipInAKeyIsNamed() {
    SobreConfig config = parse("{url: \"jdbc:mariadb://localhost/sobre\", pasword_file: /x}");
    StoreConfig.from(config.store());
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .singleElement()
        .asString()
        .contains("pasword_file", "passwordFile");
  }
}
