package org.sobre.it.sidus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.sobre.it.lab.JobRecord;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.Result;

/**
 * Unlike nodes that have booted one read-only tree by its own systemd: their names came late and
 * from outside, their name server never answers, nothing in their /tmp may be executed.
 */
@ExtendWith(SidusExtension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(21)
class NodesIT {

  private static final Map<String, String> GRES =
      Map.of(
          "gpu1", "gpu:nvidia_geforce_rtx_4090:2",
          "mixed1", "gpu:nvidia_l4:1,gpu:tesla_k80:2",
          "amd1", "gpu:amd_instinct_mi210:1",
          "cpu1", "(null)");

  /** CAP_DAC_READ_SEARCH (2) and CAP_SYSLOG (34). */
  private static final String CAPABILITIES = "0000000400000004";

  private final SidusSite site;
  private final Lab lab;

  NodesIT(SidusSite site) {
    this.site = site;
    this.lab = site.lab();
  }

  @Test
  @Order(1)
  void eachIsIdleWithItsOwnGpusUnderItsOwnNameAndNoUnitHasFailed() {
    GRES.forEach(
        (node, gres) -> {
          assertThat(sinfo(node, "%T %G")).isEqualTo("idle " + gres);
          assertThat(lab.on(node, "cat", "/proc/1/comm").text()).isEqualTo("systemd");
          assertThat(lab.on(node, "hostname").text()).isEqualTo(node);
          assertThat(failedUnits(node)).as("failed units of %s", node).isEmpty();
          assertThat(lab.on(node, "sh", "-c", ": > /usr/x && rm /usr/x").exitCode())
              .as("the tree can be written to above the image")
              .isZero();
        });
    assertThat(site.image().sum()).as("what they wrote is not in the image").isEqualTo(site.sum());
  }

  @Test
  void theDaemonHasTheRightsOfItsUnitAndNoOthers() {
    String process = daemonProcess("gpu1");
    String status = lab.on("gpu1", "cat", "/proc/" + process + "/status").text();
    String sobre = lab.on("gpu1", "id", "-u", "sobre").text();
    assertThat(status)
        .contains("Uid:\t" + (sobre + "\t").repeat(3) + sobre + "\n")
        .contains("CapEff:\t" + CAPABILITIES, "CapBnd:\t" + CAPABILITIES)
        .contains("CapAmb:\t" + CAPABILITIES, "NoNewPrivs:\t1");
  }

  /** Before those that stop a daemon: the comparison wants a ledger without gaps. */
  @Test
  @Order(2)
  void aWrappedJobIsMeteredToTheJoule() {
    String gpuJob = lab.sbatch("alice", "exec sobre run -- sleep 25", "-w", "gpu1", "--gres=gpu:1");
    String cpuJob = lab.sbatch("carol", "exec sobre run -- sleep 20", "-w", "cpu1");
    for (String job : List.of(gpuJob, cpuJob)) {
      assertThat(lab.awaitEnd(job, Duration.ofSeconds(60)))
          .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    }
    // to sacct a job has ended before its epilog has run
    lab.awaitJobLine("gpu1", gpuJob);
    lab.awaitJobLine("cpu1", cpuJob);
    assertThat(lab.output("alice", gpuJob)).as("the summary").containsPattern("energy +\\d+ J");
    List<String> nodes = List.copyOf(GRES.keySet());
    // a balance is written at the hour, and when the daemon stops
    nodes.forEach(node -> lab.control("daemon", "stop", node).text());
    try {
      // before its meters have answered, a daemon says that it observes nothing
      for (List<String> which : List.of(List.of("--but-unobserved"), List.of("--jobs", gpuJob))) {
        Result comparison = lab.control(words(List.of("energy", "--within", "2"), which));
        System.out.println(comparison.output());
        assertThat(comparison.exitCode()).as(comparison.output() + comparison.error()).isZero();
      }
    } finally {
      nodes.forEach(node -> lab.control("daemon", "start", node).text());
    }
    lab.exec("root", "sobre", "ledger", "ingest").text();
    lab.exec("root", "sobre", "ledger", "verify").text();
  }

  @Test
  void nothingInTmpMayBeExecutedAndNoNameServerAnswers() {
    assertThat(lab.on("gpu1", "findmnt", "-no", "OPTIONS", "/tmp").text()).contains("noexec");
    assertThat(lab.on("gpu1", "getent", "hosts", "sobre.example").exitCode()).isEqualTo(2);
    String job = "job of a node without names";
    assertThat(
            lab.exec("alice", "srun", "-Q", "-w", "gpu1", "sobre", "run", "--", "echo", job).text())
        .contains(job);
  }

  /** As an NFS home is to a user over quota, or one that is exported read-only. */
  @Test
  void aJobRunsWhereTheHomesAreReadOnly() {
    lab.exec("root", "install", "-d", "-o", "alice", "/srv/alice").text();
    lab.on("amd1", "mount", "-o", "remount,bind,ro", "/home").text();
    try {
      assertThat(lab.onAs("amd1", "alice", "touch", "/home/alice/x").exitCode()).isNotZero();
      String script = "exec sobre run -- sh -c 'echo done > /srv/alice/done; sleep 4'";
      String job =
          lab.sbatch("alice", script, "-w", "amd1", "--gres=gpu:1", "-o", "/srv/alice/out");
      assertThat(lab.awaitEnd(job, Duration.ofSeconds(40)))
          .isEqualTo(new JobRecord("COMPLETED", "0:0"));
      assertThat(lab.exec("root", "cat", "/srv/alice/done", "/srv/alice/out").text())
          .startsWith("done\n")
          .containsPattern("energy +\\d+ J");
      lab.awaitJobLine("amd1", job);
    } finally {
      lab.on("amd1", "mount", "-o", "remount,bind,rw", "/home").text();
    }
  }

  @Test
  void withoutTheDaemonAJobRunsAllTheSame() {
    lab.control("daemon", "stop", "amd1").text();
    try {
      String job = lab.sbatch("alice", "exec sobre run -- true", "-w", "amd1", "--gres=gpu:1");
      assertThat(lab.awaitEnd(job, Duration.ofSeconds(40)))
          .isEqualTo(new JobRecord("COMPLETED", "0:0"));
    } finally {
      lab.control("daemon", "start", "amd1").text();
    }
    lab.awaitDaemon("amd1");
    String process = daemonProcess("amd1");
    assertThat(process).isNotEqualTo("0");
    lab.control("daemon", "kill9", "amd1").text();
    await("systemd to start the daemon again, as another process")
        .atMost(Duration.ofSeconds(40))
        .until(() -> daemonProcess("amd1"), now -> !now.equals("0") && !now.equals(process));
    lab.awaitDaemon("amd1");
  }

  /** 0 while there is none. */
  private String daemonProcess(String node) {
    return lab.on(node, "systemctl", "show", "-P", "MainPID", "sobre-monitord").text();
  }

  @Test
  void aNodeWritesAboveTheImageWhatIsListed() {
    lab.exec("alice", "srun", "-Q", "-w", "mixed1", "--gres=gpu:3", "sobre", "run", "--", "true")
        .text();
    String written =
        lab.on("mixed1", "find", "/run/lab/upper", "-not", "-type", "d", "-printf", "/%P\\n")
            .text();
    PathList.named("written-above").assertIs(written.lines().toList());
  }

  private String failedUnits(String node) {
    return lab.on(node, "systemctl", "--failed", "--plain", "--no-legend").text();
  }

  private String sinfo(String node, String format) {
    return lab.exec("root", "sinfo", "-h", "-N", "-n", node, "-p", "main", "-o", format).text();
  }

  private static String[] words(List<String> first, List<String> rest) {
    return Stream.concat(first.stream(), rest.stream()).toArray(String[]::new);
  }
}
