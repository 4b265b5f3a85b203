package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;

class ServiceFindingsTest {

  @TempDir Path root;

  @Test
  void aNodeWithoutDaemonAndLedgerHasTwoProblems() throws IOException {
    publish();

    assertThat(findings(config("slurm: {controller: ctl}")))
        .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
        .extracting(Finding::subject)
        .containsExactly("sobre-monitord", "ledger");
  }

  @Test
  void aDaemonThatAnswersIsNoProblem() throws IOException {
    publish();
    try (ServerSocketChannel server = listening()) {
      answerOnce(server, "{\"v\":1,\"node\":\"n042\",\"devices\":[]}\n");

      assertThat(findings(config("slurm: {controller: \"ctl:6817\"}")))
          .filteredOn(finding -> finding.severity() != Severity.NOTE)
          .extracting(Finding::subject)
          .containsExactly("ledger");
    }
  }

  @Test
  void aDaemonThatOnlyListensIsAProblemLikeADeadOne() throws IOException {
    publish();
    try (ServerSocketChannel server = listening()) {
      assertThat(server.isOpen()).isTrue();
      assertThat(findings(config("slurm: {controller: \"ctl:6817\"}")))
          .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
          .extracting(Finding::toString)
          .anyMatch(text -> text.contains("did not answer within"));
    }
  }

  /** The directory is there, and whoever asks may write in it: the daemon is another user. */
  @ParameterizedTest
  @ValueSource(strings = {"slurm: {controller: ctl}", ""})
  void aLedgerThatTheDaemonCannotWriteIsAProblem(String slurm) throws IOException {
    publish();
    Path ledger = Files.createDirectory(root.resolve("none"));
    try (ServerSocketChannel server = listening()) {
      answerOnce(
          server,
          "{\"v\":1,\"node\":\"n042\",\"ledgerTrouble\":\"no permission: "
              + ledger
              + "/n042\",\"devices\":[]}\n");

      assertThat(findings(config(slurm)))
          .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
          .singleElement()
          .satisfies(
              finding ->
                  assertThat(finding.text())
                      .startsWith(
                          "expected that sobre-monitord can write "
                              + ledger
                              + ", found: no permission: "
                              + ledger
                              + "/n042; ")
                      .contains("findmnt -T " + ledger, "df " + ledger, "user sobre"));
    }
  }

  @Test
  void aNodeThatHasNotPublishedItselfIsAProblem() throws IOException {
    Files.createDirectories(root.resolve("lib/systemd/system"));
    Files.writeString(root.resolve("lib/systemd/system/sobre-register.service"), "");

    assertThat(findings(config("slurm: {controller: ctl}")))
        .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
        .extracting(Finding::subject)
        .containsExactly("node", "sobre-monitord", "ledger");
    assertThat(findings(config(""))).extracting(Finding::severity).containsOnly(Severity.NOTE);
  }

  @Test
  void whereTheNodesUnitIsNotPeopleMayLogIn() {
    assertThat(findings(config("slurm: {controller: ctl}")))
        .extracting(Finding::severity)
        .containsOnly(Severity.NOTE);
  }

  @Test
  void aMachineThatIsNoNodeNeedsNothing() {
    assertThat(findings(config(""))).extracting(Finding::severity).containsOnly(Severity.NOTE);
  }

  @Test
  void aStationIsSpokenOfAsOneThoughItHasPublishedItself() throws IOException {
    publish();

    assertThat(findings(config("")))
        .allSatisfy(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.NOTE);
              assertThat(finding.text()).doesNotContain("cluster", "all nodes");
            })
        .extracting(Finding::text)
        .contains("the system's daemon does not answer: sobre run starts one of the user's own");
  }

  private List<Finding> findings(WholeConfig config) {
    SysRoot machine = new SysRoot(root);
    return ServiceFindings.of(machine, config, MachineRole.of(machine, config));
  }

  private ServerSocketChannel listening() throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(root.resolve("run/sobre/job.sock")));
    return server;
  }

  private static void answerOnce(ServerSocketChannel server, String answer) {
    Thread thread = new Thread(() -> answer(server, answer), "daemon");
    thread.setDaemon(true);
    thread.start();
  }

  private static void answer(ServerSocketChannel server, String answer) {
    try (SocketChannel channel = server.accept()) {
      channel.read(ByteBuffer.allocate(4096));
      channel.write(ByteBuffer.wrap(answer.getBytes(StandardCharsets.UTF_8)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
