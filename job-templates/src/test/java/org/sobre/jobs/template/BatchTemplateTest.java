package org.sobre.jobs.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BatchTemplateTest {

  private static final BatchTemplate TEMPLATE =
      new BatchTemplate(
          "a",
          """
          #!/bin/bash
          # A title.
          #SBATCH --job-name=a
          # 24 GB:
          #SBATCH --gres gpu:1
          #SBATCH --gres=gpu:2

          X=${X:-1}
          #SBATCH --gres=gpu:8
          #SBATCH --time=1
          echo --profile none
          exec sobre infer --profile sd21-infer -- true
          """);

  @TempDir private Path directory;

  @Test
  void readsWhatSbatchReads() {
    assertThat(TEMPLATE.title()).hasValue("A title.");
    assertThat(TEMPLATE.option("job-name")).hasValue("a");
    assertThat(TEMPLATE.option("gres")).as("the last before the first command").hasValue("gpu:2");
    assertThat(TEMPLATE.option("time")).as("after the first command").isEmpty();
    assertThat(TEMPLATE.profile()).hasValue("sd21-infer");
  }

  @Test
  void aFileOfWhichNothingIsKnownIsStillATemplate() {
    BatchTemplate bare = new BatchTemplate("bare", "#!/bin/bash\nexec sobre run -- true\n");
    assertThat(bare.title()).isEmpty();
    assertThat(bare.option("gres")).isEmpty();
    assertThat(bare.profile()).isEmpty();
    assertThat(bare.with("account", "lab1").text())
        .isEqualTo("#!/bin/bash\n#SBATCH --account=lab1\nexec sobre run -- true\n");
    assertThat(new BatchTemplate("none", "").with("account", "lab1").text())
        .isEqualTo("#SBATCH --account=lab1\n");
  }

  @Test
  void anOptionIsReplacedWhereItStandsAndElseAdded() {
    BatchTemplate named = TEMPLATE.with("job-name", "b");
    assertThat(named.text()).isEqualTo(TEMPLATE.text().replace("--job-name=a", "--job-name=b"));
    BatchTemplate paid = TEMPLATE.with("account", "lab1");
    assertThat(paid.option("account")).hasValue("lab1");
    assertThat(paid.text())
        .isEqualTo(TEMPLATE.text().replace("# A title.\n", "# A title.\n#SBATCH --account=lab1\n"));
  }

  @Test
  void aUsersOwnGoesBeforeTheShippedOneAndOtherFilesAreNone() throws Exception {
    Path own = Files.createDirectory(directory.resolve("own"));
    Path shipped = Files.createDirectory(directory.resolve("shipped"));
    Files.writeString(own.resolve("a.sbatch"), "own");
    Files.writeString(shipped.resolve("a.sbatch"), "shipped");
    Files.writeString(shipped.resolve("b.sbatch"), "shipped");
    Files.writeString(shipped.resolve("README"), "no template");
    TemplateCatalog catalog =
        new TemplateCatalog(List.of(directory.resolve("absent"), own, shipped));
    assertThat(catalog.list())
        .containsOnlyKeys("a", "b")
        .containsEntry("a", own.resolve("a.sbatch"));
    assertThat(catalog.find("a")).hasValue(own.resolve("a.sbatch"));
    assertThat(catalog.find("b.sbatch")).hasValue(shipped.resolve("b.sbatch"));
    assertThat(catalog.find("../own/a")).isEmpty();
    assertThat(TemplateCatalog.read(shipped.resolve("b.sbatch")))
        .isEqualTo(new BatchTemplate("b", "shipped"));
  }

  @Test
  void aFileThatIsNoTextIsNamed() throws Exception {
    Path file = Files.write(directory.resolve("latin.sbatch"), new byte[] {'#', (byte) 0xe9, '\n'});
    assertThatThrownBy(() -> TemplateCatalog.read(file))
        .hasMessageContaining(file + ": expected a text in UTF-8");
  }
}
