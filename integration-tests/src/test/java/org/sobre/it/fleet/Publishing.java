package org.sobre.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.node.NodeDescription;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.units.MemorySize;
import org.sobre.slurm.registration.DescriptionProof;
import org.sobre.slurm.registration.EarlierBoots;
import org.sobre.slurm.registration.NodePublisher;

/** What {@code sobre node publish} does at boot, for a machine that is not switched on yet. */
final class Publishing {

  private static final MemorySize OFFER_FROM = MemorySize.ofMebibytes(4096);

  /** Debian 12's. */
  private static final String SLURM = "22.05.8";

  private Publishing() {}

  static GpuCatalog shippedCatalog() {
    // Maven runs this in integration-tests
    GpuCatalogFiles.Loaded loaded =
        new GpuCatalogFiles(Path.of("no/site"), Path.of("../conf/gpu-catalog.yaml")).load();
    assertThat(loaded.catalog().isEmpty()).as("%s", loaded.report()).isFalse();
    return loaded.catalog();
  }

  /** The proof by slurmd is left out: that the real slurmd starts with it is the test. */
  static void publish(
      NodeDescription description,
      boolean registersItself,
      OptionalLong shardMebibytes,
      Path directory)
      throws IOException {
    new NodePublisher(
            directory,
            // a machine on which nothing runs yet
            new SysRoot(directory.resolve("off")),
            Optional.of("ctl:6817"),
            registersItself,
            EarlierBoots.NONE,
            true,
            DescriptionProof.NONE,
            shardMebibytes)
        .publish(description, OFFER_FROM, Optional.of(SLURM));
  }
}
