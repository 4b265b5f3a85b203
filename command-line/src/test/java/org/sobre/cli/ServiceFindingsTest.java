package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;

class ServiceFindingsTest {

  @TempDir Path root;

  @Test
  void aNodeWithoutDaemonAndLedgerHasTwoProblems() throws IOException {
    publish();

    assertThat(ServiceFindings.of(new SysRoot(root), config("slurm: {controller: ctl}")))
        .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
        .extracting(Finding::subject)
        .containsExactly("sobre-monitord", "ledger");
  }

  @Test
  void aDaemonThatListensIsNoProblem() throws IOException {
    publish();
    Path socket = root.resolve("run/sobre/job.sock");
    try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(UnixDomainSocketAddress.of(socket));

      assertThat(ServiceFindings.of(new SysRoot(root), config("slurm: {controller: \"ctl:6817\"}")))
          .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
          .extracting(Finding::subject)
          .containsExactly("ledger");
    }
  }

  @Test
  void aNodeThatHasNotPublishedItselfIsAProblem() throws IOException {
    Files.createDirectories(root.resolve("lib/systemd/system"));
    Files.writeString(root.resolve("lib/systemd/system/sobre-register.service"), "");

    assertThat(ServiceFindings.of(new SysRoot(root), config("slurm: {controller: ctl}")))
        .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
        .extracting(Finding::subject)
        .containsExactly("node", "sobre-monitord", "ledger");
    assertThat(ServiceFindings.of(new SysRoot(root), config("")))
        .extracting(Finding::severity)
        .containsOnly(Severity.NOTE);
  }

  @Test
  void whereTheNodesUnitIsNotPeopleMayLogIn() {
    assertThat(ServiceFindings.of(new SysRoot(root), config("slurm: {controller: ctl}")))
        .extracting(Finding::severity)
        .containsOnly(Severity.NOTE);
  }

  @Test
  void aMachineThatIsNoNodeNeedsNothing() {
    assertThat(ServiceFindings.of(new SysRoot(root), config("")))
        .extracting(Finding::severity)
        .containsOnly(Severity.NOTE);
  }

  @Test
  void aStationIsSpokenOfAsOneThoughItHasPublishedItself() throws IOException {
    publish();

    assertThat(ServiceFindings.of(new SysRoot(root), config("")))
        .allSatisfy(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.NOTE);
              assertThat(finding.text()).doesNotContain("cluster", "all nodes");
            })
        .extracting(Finding::text)
        .contains("the system's daemon does not answer: sobre run starts one of the user's own");
  }

  private void publish() throws IOException {
    Files.createDirectories(root.resolve("run/sobre/slurm"));
    Files.writeString(root.resolve("run/sobre/slurm/node.json"), "{}");
  }

  private WholeConfig config(String text) {
    return WholeConfig.of(
        SobreConfig.parse(
            "test.yaml", text + "\nledger: {directory: " + root.resolve("none") + "}"));
  }
}
