package org.sobre.it.sidus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sobre.it.lab.Result;

/** The packages installed in the chroot of an image, and taken out of it again. */
@ExtendWith(SidusExtension.class)
@Order(20)
class ImageIT {

  private final Image image;

  ImageIT(Image image) {
    this.image = image;
  }

  @Test
  void besideThePackagesFilesAnInstallationLeavesWhatIsListed() {
    Set<String> written = image.differenceFrom(Image.base());
    written.removeAll(image.packaged());
    PathList.named("beside-the-packages").assertIs(written);
    assertThat(image.processes()).as("started by the installation").isEmpty();
    assertThat(image.run("systemctl", "is-enabled", "sobre-register", "sobre-monitord").text())
        .isEqualTo("enabled\nenabled");
  }

  @Test
  void nothingInItSaysWhereItWasBuilt() throws IOException {
    String checkout = Path.of("..").toRealPath().toString();
    Set<String> ours = image.differenceFrom(Image.base());
    assertThat(ours).contains("/usr/bin/sobre");
    for (String path : ours) {
      Path file = Path.of(image.at(path));
      if (path.startsWith("/usr/share/sobre/lib/") && path.endsWith(".jar")) {
        assertThat(entriesWith(checkout, file)).as(path).isEmpty();
      } else if (Files.isRegularFile(file)) {
        assertThat(contains(checkout, Files.newInputStream(file))).as(path).isFalse();
      }
    }
  }

  private static List<String> entriesWith(String word, Path jar) throws IOException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      Set<String> found = new TreeSet<>();
      for (ZipEntry entry : Collections.list(zip.entries())) {
        if (contains(word, zip.getInputStream(entry))) {
          found.add(entry.getName());
        }
      }
      return List.copyOf(found);
    }
  }

  private static boolean contains(String word, InputStream file) throws IOException {
    try (file) {
      return new String(file.readAllBytes(), StandardCharsets.ISO_8859_1).contains(word);
    }
  }

  /**
   * A recipe that mounts no /proc, but the machine's own /run: maintainer scripts then take the
   * chroot for a running system, and only policy-rc.d keeps them from starting things.
   */
  @Test
  void withoutProcItInstallsAndSaysSoAndPolicyRcIsObeyedAndPurgeLeavesOnlyData()
      throws IOException {
    Image plain = Image.base().copy("without-proc");
    Path running = Path.of(plain.at("/run/systemd/system"));
    Files.createDirectories(running);
    Result installed = plain.installWithoutProc(Image.debs());
    assertThat(installed.text())
        .contains("class-archives: left out: no /proc here, which a JVM needs; run /usr/libexec/");
    assertThat(installed.error())
        .contains("policy-rc.d returned 101, not running 'start sobre-monitord.service'");
    assertThat(plain.processes()).isEmpty();
    assertThat(Path.of(plain.at("/var/cache/sobre"))).isEmptyDirectory();
    Files.delete(running);
    Files.delete(running.getParent());

    String version = Image.debVersion();
    assertThat(plain.runWithProc("sobre", "--version"))
        .as("it starts later, and that is all")
        .isEqualTo(new Result(0, "sobre " + version + "\n", ""));
    assertThat(plain.runWithProc("/usr/libexec/sobre/class-archives").text()).isEmpty();
    assertThat(Path.of(plain.at("/var/cache/sobre/" + version + "/sobre.jsa"))).isNotEmptyFile();

    // as each boot does
    plain
        .runWithProc("systemd-tmpfiles", "--create", "/usr/lib/tmpfiles.d/sobre-common.conf")
        .text();
    plain.purge().text();
    PathList.named("left-by-purge").assertIs(plain.differenceFrom(Image.base()));
    assertThat(Image.base().differenceFrom(plain)).as("taken away, or changed").isEmpty();
  }
}
