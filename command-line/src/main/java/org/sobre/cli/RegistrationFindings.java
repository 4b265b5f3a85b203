package org.sobre.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.Finding;
import org.sobre.hardware.node.Finding.Severity;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.NodeDocumentCodec;
import org.sobre.slurm.node.Shortfall;

/** What a node should give to Slurm and does not, by what it has published. */
final class RegistrationFindings {

  private static final Messages MESSAGES = Messages.of(RegistrationFindings.class);

  private RegistrationFindings() {}

  /** Nothing where nothing has been published. */
  static List<Finding> of(SysRoot root) {
    Path file = root.run().resolve("sobre/slurm/node.json");
    List<Finding> findings = new ArrayList<>();
    try {
      Shortfall shortfall = NodeDocumentCodec.readShortfall(Files.readString(file));
      for (MissingGpu gpu : shortfall.missing()) {
        findings.add(problem("GPU", MESSAGES.text("doctor.missing", gpu.inWords(), gpu.since())));
      }
      shortfall
          .refused()
          .ifPresent(why -> findings.add(problem("gres", MESSAGES.text("doctor.refused", why))));
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      findings.add(problem("node.json", Main.inputOutput(e)));
    } catch (JsonShapeException e) {
      findings.add(
          problem(
              "node.json",
              MESSAGES.text("register.badDocument", file, String.valueOf(e.getMessage()))));
    }
    return findings;
  }

  private static Finding problem(String subject, String text) {
    return new Finding(Severity.PROBLEM, subject, text);
  }
}
