package org.sobre.it.sidus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.it.lab.Command;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;

/** What an administrator does to the image while nodes run from it and jobs run on them. */
@ExtendWith(SidusExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(25)
class ChangedImageIT {

  private static final String WAITS = "exec sobre run -- sh -c 'until [ -e go ]; do sleep 1; done'";

  private final SidusSite site;
  private final Lab lab;
  private final String version = Image.debVersion();
  private final String next = version + "+deb12u1";
  private final String afterNext = version + "+deb12u2";

  ChangedImageIT(SidusSite site) {
    this.site = site;
    this.lab = site.lab();
  }

  @Test
  @Order(1)
  void anUpgradeHarmsNoJobThatIsBeingWrapped(@TempDir Path debs) {
    String job = lab.sbatch("alice", WAITS, "-w", "gpu1", "--gres=gpu:1");
    lab.awaitStart(job);
    await("the wrapper to have started the command")
        .atMost(Duration.ofSeconds(20))
        .until(() -> lab.on("gpu1", "pgrep", "-u", "alice", "-f", "until").exitCode() == 0);
    site.image().install(debsOf(next, debs)).text();
    assertThat(librariesKept()).containsExactlyInAnyOrder(version, next);
    seeTheChange();
    lab.exec("alice", "touch", "go").text();
    assertThat(lab.awaitEnd(job, Duration.ofSeconds(30)))
        .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    assertThat(lab.output("alice", job)).as("its summary").containsPattern("energy +\\d+ J");
    assertThat(lab.awaitJobLine("gpu1", job)).containsEntry("recovered", false);
    assertThat(
            lab.exec("alice", "srun", "-Q", "-w", "gpu1", "sobre", "run", "--", "hostname").text())
        .as("the next one, without a boot between")
        .contains("gpu1");
  }

  @Test
  @Order(2)
  void theVersionBeforeTheLastOneGoesAndANodeThatBootsRunsTheLast(@TempDir Path debs) {
    site.image().install(debsOf(afterNext, debs)).text();
    assertThat(librariesKept()).containsExactlyInAnyOrder(next, afterNext);
    lab.control("node", "reboot", "gpu1").text();
    await("gpu1 to be booted")
        .atMost(Duration.ofSeconds(60))
        .until(() -> lab.unit("gpu1", "status", "sobre-monitord").output().endsWith(" runs\n"));
    String process = lab.on("gpu1", "systemctl", "show", "-P", "MainPID", "sobre-monitord").text();
    assertThat(lab.on("gpu1", "cat", "/proc/" + process + "/cmdline").text())
        .contains("/usr/share/sobre/run/" + afterNext + "/sobre-monitord.jar");
    lab.awaitNode("gpu1", "State=IDLE+DYNAMIC_NORM", "Gres=gpu:nvidia_geforce_rtx_4090:2\n");
    lab.awaitDaemon("gpu1");
  }

  /** What docs/slurm.md promises under "Without Sobre". */
  @Test
  @Order(3)
  void afterAPurgeUnderRunningNodesSlurmdStartsAgain() {
    String before = startOfSlurmd();
    site.image().purge().text();
    seeTheChange();
    assertThat(lab.on("gpu1", "sobre", "--version").exitCode()).as("it is gone").isNotZero();
    lab.on("gpu1", "systemctl", "restart", "slurmd").text();
    // no job here: slurm.conf still names the prolog that is gone, and Slurm drains for that
    await("gpu1 to register by the slurmd that has just started")
        .atMost(Duration.ofSeconds(40))
        .until(() -> !startOfSlurmd().equals(before));
    lab.awaitNode("gpu1", "State=IDLE+DYNAMIC_NORM", "Gres=gpu:nvidia_geforce_rtx_4090:2\n");
    assertThat(Path.of(site.image().at("/usr/share/sobre"))).doesNotExist();
    assertThat(site.image().run("find", "/usr", "/etc", "-name", "*sobre*").text())
        .as("nothing but what an administrator has written")
        .isEmpty();
  }

  private List<Path> debsOf(String version, Path directory) {
    Path script =
        Path.of(System.getProperty("sobre.lab", "lab/lab"))
            .toAbsolutePath()
            .resolveSibling("sidus");
    Stream<String> words =
        Stream.concat(
            Stream.of(script.resolve("next-version").toString(), version, directory.toString()),
            Image.debs().stream().map(Path::toString));
    Command.run(words.toList(), Map.of(), Duration.ofMinutes(1)).text();
    return list(directory);
  }

  private List<String> librariesKept() {
    return list(Path.of(site.image().at("/usr/share/sobre/run"))).stream()
        .map(path -> path.getFileName().toString())
        .toList();
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A node looks at the tree anew, as NFS would have it do after some seconds. */
  private void seeTheChange() {
    List<String> words = List.of("sh", "-c", "echo 2 > /proc/sys/vm/drop_caches");
    Command.run(words, Map.of(), Duration.ofSeconds(30)).text();
  }

  private String startOfSlurmd() {
    String record = lab.exec("root", "scontrol", "show", "node", "gpu1").text();
    Matcher start = Pattern.compile("SlurmdStartTime=(\\S+)").matcher(record);
    assertThat(start.find()).as(record).isTrue();
    return start.group(1);
  }
}
