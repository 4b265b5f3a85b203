package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.node.NodeJson;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.gres.Offer;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.NodeDocumentCodec;

/** Writes what a node says of itself to {@code /run/sobre/slurm}, for slurmd and for the daemon. */
public final class NodePublisher {

  /** Where it is written on a real node; tmpfiles.d makes it. */
  public static final Path DIRECTORY = Path.of("/run/sobre/slurm");

  private final PublishedFiles files;
  private final Path directory;
  private final Optional<String> controller;

  /**
   * @param controller {@code host:port} of slurmctld, for slurmd's {@code --conf-server}; absent on
   *     a station, which has no slurmd to tell anything
   */
  public NodePublisher(Path directory, Optional<String> controller) {
    this.directory = directory;
    this.files = new PublishedFiles(directory);
    this.controller = controller;
  }

  /**
   * What was written.
   *
   * @param heldBack GPUs that are not given to Slurm although they should be; for a person
   */
  public record Published(SlurmNode node, List<Path> files, List<String> heldBack) {
    public Published {
      files = List.copyOf(files);
      heldBack = List.copyOf(heldBack);
    }
  }

  /**
   * Writes gres.conf, node.json and slurmd.env, in this order: whoever waits for slurmd.env finds
   * the other two. A station has no slurmd.env.
   *
   * @param offerFrom least video memory of a GPU that is given to Slurm
   * @param slurmVersion {@code 22.05.8}, where slurmd is installed
   * @throws IOException if the directory cannot be written
   */
  public Published publish(
      NodeDescription description, MemorySize offerFrom, Optional<String> slurmVersion)
      throws IOException {
    Offer offer = Offer.of(description.gpus(), offerFrom);
    SlurmNode node = SlurmNode.of(description, offer);
    AdminState admin = stillToRestore(description.boot());
    Files.createDirectories(directory);
    PublishedFiles.replace(files.gresConf(), GresRenderer.gresConf(node));
    PublishedFiles.replace(
        files.nodeJson(),
        NodeJson.render(document(description, node, offerFrom, slurmVersion, admin)));
    List<Path> written = new ArrayList<>(List.of(files.gresConf(), files.nodeJson()));
    if (controller.isPresent()) {
      PublishedFiles.replace(
          files.slurmdEnv(),
          SlurmdEnvironment.render(controller.get(), GresRenderer.slurmdConf(node), admin));
      written.add(files.slurmdEnv());
    } else {
      Files.deleteIfExists(files.slurmdEnv());
    }
    return new Published(node, written, offer.heldBack());
  }

  /** Publishing twice in a boot must not lose what a deletion in this boot has saved. */
  private AdminState stillToRestore(String boot) throws IOException {
    Optional<String> before = PublishedFiles.read(files.nodeJson());
    try {
      return before.isPresent() && NodeDocumentCodec.read(before.get()).boot().equals(boot)
          ? NodeDocumentCodec.readAdminState(before.get())
          : AdminState.NONE;
    } catch (JsonShapeException e) {
      return AdminState.NONE;
    }
  }

  private static Map<String, Object> document(
      NodeDescription description,
      SlurmNode node,
      MemorySize offerFrom,
      Optional<String> slurmVersion,
      AdminState admin) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("v", 1);
    document.put("node", description.node());
    document.put("boot", description.boot());
    document.put("at", description.at().toString());
    document.put("digest", GresRenderer.digest(node));
    slurmVersion.ifPresent(version -> document.put("slurmVersion", version));
    document.put("delivery", "dynamic");
    document.put("gres", GresRenderer.gresDocument(node.gres().entries()));
    document.put("features", node.features());
    document.putAll(NodeJson.hardware(description, offerFrom));
    document.put("adminState", admin.document());
    return document;
  }
}
