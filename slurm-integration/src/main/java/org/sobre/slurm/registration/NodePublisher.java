package org.sobre.slurm.registration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.command.SlurmRelease;
import org.sobre.slurm.gres.GresOptions;
import org.sobre.slurm.gres.GresRenderer;
import org.sobre.slurm.gres.Offer;
import org.sobre.slurm.gres.SlurmNode;
import org.sobre.slurm.gres.VisibleDevicesFile;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.GresEntry;
import org.sobre.slurm.node.Shortfall;

/** Writes what a node says of itself to {@code /run/sobre/slurm}, for slurmd and for the daemon. */
public final class NodePublisher {

  /** Where it is written on a real node; tmpfiles.d makes it. */
  public static final Path DIRECTORY = Path.of("/run/sobre/slurm");

  private final PublishedFiles files;
  private final Path directory;
  private final SysRoot root;
  private final Optional<String> controller;
  private final boolean registersItself;
  private final EarlierBoots earlier;
  private final boolean carries;
  private final DescriptionProof proof;
  private final OptionalLong shardMebibytes;

  /**
   * @param root of this machine's processes: what slurmd has read is not taken away under it
   * @param controller {@code host:port} of slurmctld, for slurmd's {@code --conf-server}; absent on
   *     a station, which has no slurmd to tell anything
   * @param registersItself whether this node makes its own record in Slurm: a list of nodes must
   *     then not have it
   * @param earlier what this node said of itself in the boot before
   * @param carries whether a GPU that was missed then is expected on: somebody is told of it until
   *     it is back
   * @param proof whether slurmd reads the description
   * @param shardMebibytes video memory of one {@code gres/shard}; absent where GPUs are not shared
   */
  public NodePublisher(
      Path directory,
      SysRoot root,
      Optional<String> controller,
      boolean registersItself,
      EarlierBoots earlier,
      boolean carries,
      DescriptionProof proof,
      OptionalLong shardMebibytes) {
    this.directory = directory;
    this.files = new PublishedFiles(directory);
    this.root = root;
    this.controller = controller;
    this.registersItself = registersItself;
    this.earlier = earlier;
    this.carries = carries;
    this.proof = proof;
    this.shardMebibytes = shardMebibytes;
  }

  /** Of a node that registers itself, and whose GPUs are not shared. */
  public NodePublisher(
      Path directory,
      SysRoot root,
      Optional<String> controller,
      EarlierBoots earlier,
      boolean carries,
      DescriptionProof proof) {
    this(
        directory,
        root,
        controller,
        controller.isPresent(),
        earlier,
        carries,
        proof,
        OptionalLong.empty());
  }

  /**
   * What was written.
   *
   * @param gpus how many GPUs Slurm is given, by type
   * @param heldBack GPUs that are not given to Slurm although they should be; for a person
   * @param shortfall what the node should give to Slurm and does not
   */
  public record Published(
      String node, Map<String, Integer> gpus, List<String> heldBack, Shortfall shortfall) {
    public Published {
      gpus = new LinkedHashMap<>(gpus);
      heldBack = List.copyOf(heldBack);
    }
  }

  /**
   * Before anything is known of the machine: whatever happens from here on, slurmd finds a fragment
   * and its options and starts. Files that are there stay as they are.
   */
  public void prepare() throws IOException {
    Files.createDirectories(directory);
    if (Files.notExists(files.gresConf())) {
      PublishedFiles.replace(files.gresConf(), "");
    }
    if (controller.isPresent() && Files.notExists(files.slurmdEnv())) {
      PublishedFiles.replace(files.slurmdEnv(), SlurmdEnvironment.bare(controller.get()));
    }
  }

  /**
   * Writes gres.conf, visible, node.json and slurmd.env, in this order: whoever waits for
   * slurmd.env finds the others. A station has no slurmd.env. Once slurmd has read them in this
   * boot, no GPU is taken away or moved in them: Slurm numbers GPUs by position, and a slurmd that
   * starts again under running jobs must find what it had.
   *
   * @param offerFrom least video memory of a GPU that is given to Slurm
   * @param slurmVersion {@code 22.05.8}, where slurmd is installed
   * @throws IOException if the directory cannot be written
   */
  public Published publish(
      NodeDescription description, MemorySize offerFrom, Optional<String> slurmVersion)
      throws IOException {
    Files.createDirectories(directory);
    GresOptions options =
        new GresOptions(shardMebibytes, slurmVersion.flatMap(SlurmRelease::parse));
    Offer offer = Offer.of(description.gpus(), offerFrom, options);
    SlurmNode node = SlurmNode.of(description, offer);
    Optional<PublishedDocument> standing = standing(description.boot());
    Shortfall shortfall = shortfall(standing, description, offerFrom);
    AdminState admin = standing.map(PublishedDocument::admin).orElse(AdminState.NONE);
    ToldToSlurm told;
    if (standing.isPresent() && isRead(description.boot()) && !isGrown(node, standing.get())) {
      told = ToldToSlurm.of(standing.get().document());
      shortfall = shortfall.withRefused(standing.get().shortfall().refused());
      write(told, description, offerFrom, slurmVersion, admin, shortfall);
    } else {
      shortfall = shortfall.withRefused(proof.refusal(node));
      SlurmNode given = shortfall.refused().isPresent() ? node.withoutGpus() : node;
      told = ToldToSlurm.of(given);
      writeFragment(given, description);
      write(told, description, offerFrom, slurmVersion, admin, shortfall);
      writeOptions(given, admin, shortfall.refused().isPresent());
    }
    return new Published(description.node(), told.countByType(), offer.heldBack(), shortfall);
  }

  private void writeFragment(SlurmNode node, NodeDescription description) throws IOException {
    PublishedFiles.replace(files.gresConf(), GresRenderer.gresConf(node));
    PublishedFiles.replace(
        directory.resolve(VisibleDevicesFile.NAME),
        VisibleDevicesFile.render(node.gres(), description.gpus()));
  }

  private void write(
      ToldToSlurm told,
      NodeDescription description,
      MemorySize offerFrom,
      Optional<String> slurmVersion,
      AdminState admin,
      Shortfall shortfall)
      throws IOException {
    PublishedFiles.replace(
        files.nodeJson(),
        told.render(description, offerFrom, slurmVersion, registersItself, admin, shortfall));
  }

  private void writeOptions(SlurmNode node, AdminState admin, boolean holdOut) throws IOException {
    if (controller.isPresent()) {
      PublishedFiles.replace(
          files.slurmdEnv(),
          SlurmdEnvironment.render(
              controller.get(), GresRenderer.slurmdConf(node), admin, holdOut));
    } else {
      Files.deleteIfExists(files.slurmdEnv());
    }
  }

  /** What stands there of this boot. Publishing twice must not lose what a deletion has saved. */
  private Optional<PublishedDocument> standing(String boot) throws IOException {
    if (Files.notExists(files.nodeJson())) {
      return Optional.empty();
    }
    try {
      return Optional.of(PublishedDocument.read(files))
          .filter(published -> published.document().boot().equals(boot));
    } catch (JsonShapeException e) {
      return Optional.empty();
    }
  }

  private boolean isRead(String boot) throws IOException {
    BootFacts facts = files.bootFacts(boot, root);
    return !facts.firstOfBoot() || !facts.running().isEmpty();
  }

  /** Whether every GPU that Slurm knows stands where it stood. */
  private static boolean isGrown(SlurmNode node, PublishedDocument standing) {
    List<GresEntry> now = node.gres().entries();
    List<GresEntry> read = standing.document().gres();
    return now.size() >= read.size()
        && read.stream()
            .allMatch(
                entry ->
                    entry.type().equals(now.get(entry.position()).type())
                        && entry.files().equals(now.get(entry.position()).files()));
  }

  /**
   * What is missing, by what the node last said: in this boot already, or in the one before. On a
   * station nobody is promised a GPU, so none is missed.
   */
  private Shortfall shortfall(
      Optional<PublishedDocument> standing, NodeDescription description, MemorySize offerFrom) {
    Optional<LastBoot> last = standing.map(LastBoot::of).or(() -> before(description));
    Optional<String> comparedWith =
        standing.isPresent()
            ? standing.get().shortfall().comparedWith()
            : last.map(l -> l.document().boot());
    return new Shortfall(
        controller.isEmpty() ? List.of() : MissingGpus.of(last, description, offerFrom),
        Optional.empty(),
        comparedWith);
  }

  private Optional<LastBoot> before(NodeDescription description) {
    Optional<String> text = earlier.before(description.node(), description.boot());
    try {
      return text.isEmpty()
          ? Optional.empty()
          : Optional.of(LastBoot.read(text.get())).map(last -> carries ? last : last.forgiven());
    } catch (JsonShapeException e) {
      return Optional.empty();
    }
  }
}
