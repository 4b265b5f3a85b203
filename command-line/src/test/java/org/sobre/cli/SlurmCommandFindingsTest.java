package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult.Ending;

class SlurmCommandFindingsTest {

  @TempDir Path root;

  @Test
  void aNodeWithoutSlurmdIsNoStation() {
    assertThat(findings(MachineRole.NODE))
        .allSatisfy(finding -> assertThat(finding.text()).doesNotContain("not needed"))
        .filteredOn(finding -> finding.severity() == Severity.PROBLEM)
        .extracting(Finding::subject)
        .containsExactly("scontrol", "slurmd");
  }

  @ParameterizedTest
  @EnumSource(names = "NODE", mode = EnumSource.Mode.EXCLUDE)
  void elsewhereSlurmMayBeAbsent(MachineRole role) {
    assertThat(findings(role)).hasSize(3).extracting(Finding::severity).containsOnly(Severity.NOTE);
  }

  /** A user's PATH has no /usr/sbin. */
  @Test
  void aDaemonThatIsNotOnTheUsersPathIsThere() throws IOException {
    Path directory = Files.createDirectories(root.resolve("usr/sbin"));
    Path slurmd = Files.writeString(directory.resolve("slurmd"), "");
    assertThat(findings(MachineRole.NODE)).extracting(Finding::text).doesNotContain("is there");

    Files.setPosixFilePermissions(slurmd, PosixFilePermissions.fromString("rwxr-xr-x"));
    assertThat(findings(MachineRole.NODE))
        .filteredOn(finding -> finding.subject().equals("slurmd"))
        .containsExactly(new Finding(Severity.NOTE, "slurmd", "is there"));
  }

  private List<Finding> findings(MachineRole role) {
    return new SlurmCommandFindings(
            (command, environment, deadline) -> SmallMachine.ended(Ending.NOT_FOUND),
            new SysRoot(root))
        .of(role);
  }
}
