package org.sobre.slurm.registration;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.NodeJson;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.NodeDocument;

/**
 * The files of {@code /run/sobre/slurm}. Each is replaced by a rename, so that slurmd, slurmctld
 * and the daemon see either the old text or the new one, and everyone may read them.
 */
final class PublishedFiles {

  private final Path directory;

  PublishedFiles(Path directory) {
    this.directory = directory;
  }

  Path nodeJson() {
    return directory.resolve("node.json");
  }

  Path slurmdEnv() {
    return directory.resolve("slurmd.env");
  }

  Path gresConf() {
    return directory.resolve("gres.conf");
  }

  /**
   * Names the boot in which slurmd last read what stands here: the hook before slurmd writes it,
   * after anything that is published and just before slurmd starts.
   */
  Path slurmdBoot() {
    return directory.resolve("slurmd.boot");
  }

  /** The text of a file; empty if it is not there. */
  static Optional<String> read(Path file) throws IOException {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /**
   * @throws NoSuchFileException if nothing has been published
   */
  String requiredNodeJson() throws IOException {
    return read(nodeJson())
        .orElseThrow(
            () ->
                new NoSuchFileException(
                    nodeJson().toString(), null, "is not there: run `sobre node publish` first"));
  }

  static void replace(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(temporary, text);
    Files.setPosixFilePermissions(temporary, PosixFilePermissions.fromString("rw-r--r--"));
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /**
   * Leaves in node.json and slurmd.env what a registration has found, and everything else of
   * node.json as it is.
   *
   * @param admin what is to be said again of a record that is gone
   * @param holdOut whether a record that slurmd creates is to come drained for a reason of ours
   */
  void save(PublishedDocument now, AdminState admin, boolean holdOut, String controller)
      throws IOException, JsonShapeException {
    Map<String, Object> document;
    try {
      document = JSON.std.mapFrom(now.text());
    } catch (IOException e) {
      throw new JsonShapeException(nodeJson() + ": not valid JSON: " + e.getMessage());
    }
    document.putAll(now.shortfall().document());
    document.put("adminState", admin.document());
    replace(nodeJson(), NodeJson.render(document));
    replace(slurmdEnv(), SlurmdEnvironment.render(controller, now.slurmdConf(), admin, holdOut));
  }

  /**
   * @throws NoSuchFileException if the document is not of the boot that is going on
   */
  void refuseOtherBoot(NodeDocument document, SysRoot root) throws IOException {
    if (!document.boot().equals(boot(root))) {
      throw new NoSuchFileException(
          nodeJson().toString(), null, "is of another boot: run `sobre node publish` first");
    }
  }

  /** Whether slurmd has read this in this boot, and which of Slurm's processes live. */
  BootFacts bootFacts(String boot, SysRoot root) throws IOException {
    boolean first = read(slurmdBoot()).map(String::strip).filter(boot::equals).isEmpty();
    return new BootFacts(first, SlurmProcesses.alive(root));
  }

  private static String boot(SysRoot root) throws IOException {
    return Files.readString(root.proc().resolve("sys/kernel/random/boot_id")).strip();
  }
}
