package org.sobre.jobs.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileCatalogTest {

  /** The shipped profiles; the module's directory is the working directory of its tests. */
  private static final Path SHIPPED = Path.of("..", "conf", "profiles");

  @TempDir private Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bert-base-cpu-infer",
        "llama-3.1-8b-infer",
        "llama-3.1-8b-lora",
        "mistral-7b-infer",
        "mistral-7b-lora",
        "qwen-7b-qlora",
        "qwen2.5-7b-infer",
        "qwen2.5-7b-lora",
        "sd15-finetune",
        "sd15-infer",
        "sd15-lora",
        "sd21-finetune",
        "sd21-infer",
        "sd21-lora",
        "sd35-medium-infer",
        "t0-3b-finetune"
      })
  void everyShippedProfileCanBeReadAndIsCalledAsItsFile(String name) throws Exception {
    assertThat(new ProfileCatalog(List.of(SHIPPED)).load(name).name()).isEqualTo(name);
  }

  @Test
  void noShippedProfileIsForgottenByTheTestAbove() throws Exception {
    assertThat(new ProfileCatalog(List.of(SHIPPED)).list()).hasSize(16);
  }

  /** Of the Trainer, which ends where there is no checkpoint yet: most run out of memory before. */
  @Test
  void noShippedProfileGoesOnFromACheckpointThatMayNotBeThere() throws Exception {
    ProfileCatalog shipped = new ProfileCatalog(List.of(SHIPPED));
    for (String name : shipped.list().keySet()) {
      assertThat(shipped.load(name).resume())
          .as(name)
          .isIn(Optional.empty(), Optional.of("--resume_from_checkpoint=latest"));
    }
  }

  @Test
  void aUsersOwnProfileGoesBeforeTheShippedOne() throws Exception {
    Path shipped = SHIPPED.resolve("sd21-infer.yaml");
    Path own = directory.resolve("sd21-infer.yaml");
    Files.writeString(own, Files.readString(shipped).replace("unit: image", "unit: picture"));
    ProfileCatalog catalog =
        new ProfileCatalog(List.of(directory.resolve("absent"), directory, SHIPPED));
    assertThat(catalog.load("sd21-infer").unit()).isEqualTo("picture");
    assertThat(catalog.list()).containsEntry("sd21-infer", own).hasSize(16);
  }

  @Test
  void aPathIsAFileAndNotAName() throws Exception {
    ProfileCatalog catalog = new ProfileCatalog(List.of());
    String path = SHIPPED.resolve("sd21-infer.yaml").toString();
    assertThat(catalog.load(path).name()).isEqualTo("sd21-infer");
  }

  @Test
  void aWrongNameIsAnsweredWithTheNearestOne() {
    assertThatThrownBy(() -> new ProfileCatalog(List.of(SHIPPED)).load("sd21-finetun"))
        .isInstanceOf(UnknownProfileException.class)
        .hasMessageContaining("did you mean \"sd21-finetune\"?")
        .hasMessageContaining("conf/profiles");
  }
}
