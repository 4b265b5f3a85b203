package org.sobre.hardware.node;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;

/**
 * Who may read the energy counters of the CPU packages. Kernels since 5.10 keep them to root
 * (CVE-2020-8694); the monitoring daemon is not root and reads them with CAP_DAC_READ_SEARCH.
 */
public final class PowercapAccess {

  private static final Messages MESSAGES = Messages.of(PowercapAccess.class);
  private static final String SUBJECT = "powercap";

  private PowercapAccess() {}

  /** One finding a package, or the one that there is none. */
  public static List<Finding> findings(SysRoot root) {
    Path zones = root.sys().resolve("class/powercap");
    List<Finding> findings = new ArrayList<>();
    if (Files.isDirectory(zones)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(zones, "intel-rapl:*")) {
        for (Path entry : entries) {
          if (entry.getFileName().toString().matches("intel-rapl:\\d+")) {
            findings.add(ofCounter(entry));
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        findings.add(new Finding(Severity.WARNING, SUBJECT, String.valueOf(e.getMessage())));
      }
    }
    return findings.isEmpty()
        ? List.of(new Finding(Severity.NOTE, SUBJECT, MESSAGES.text("powercap.none")))
        : List.copyOf(findings);
  }

  private static Finding ofCounter(Path zone) {
    String file = zone.getFileName() + "/energy_uj";
    try {
      Set<PosixFilePermission> permissions =
          Files.getPosixFilePermissions(zone.resolve("energy_uj"));
      String mode = PosixFilePermissions.toString(permissions);
      boolean everyone = permissions.contains(PosixFilePermission.OTHERS_READ);
      return new Finding(
          Severity.NOTE,
          SUBJECT,
          MESSAGES.text(everyone ? "powercap.everyone" : "powercap.root", file, mode));
    } catch (IOException | UnsupportedOperationException e) {
      return new Finding(Severity.WARNING, SUBJECT, MESSAGES.text("powercap.unreadable", file));
    }
  }
}
