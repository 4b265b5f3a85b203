package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.slurm.node.GresEntry;

/** What slurmd 22.05.8 dies of, or reads otherwise than meant, never gets as far as a text. */
class NodeGresTest {

  @Test
  void refusesADoubledFile() {
    assertRefused(
        "this device file stands twice", entry(0, "a", "/dev/x"), entry(1, "a", "/dev/x"));
  }

  @Test
  void refusesInterleavedTypesWhichSlurmdWouldRenumber() {
    assertRefused(
        "types must be grouped",
        entry(0, "a", "/dev/x"),
        entry(1, "b", "/dev/y"),
        entry(2, "a", "/dev/z"));
  }

  @Test
  void refusesTypesAndFilesThatSlurmWouldCut() {
    assertRefused("expected a type of", entry(0, "", "/dev/x"));
    assertRefused("expected a type of", entry(0, "4090", "/dev/x"));
    assertRefused("expected a type of", entry(0, "a:b", "/dev/x"));
    assertRefused("expected a plain path", entry(0, "a", "/dev/nvidia[0-3]"));
    assertRefused("expected a plain path", entry(0, "a", "/dev/a b"));
    assertRefused("expected position 0", entry(1, "a", "/dev/x"));
  }

  @Test
  void twoCardsWithOneDeviceFileAreBothHeldBackAndTheOthersStay() {
    List<Gpu> gpus =
        List.of(
            Nodes.card(0, "a", 24564, 0),
            Nodes.card(1, "a", 24564, 0),
            Nodes.card(2, "a", 24564, 2));
    Offer offer = Offer.of(gpus, Nodes.OFFER_FROM);
    assertThat(offer.devices()).extracting(Offered::board).containsExactly(gpus.get(2));
    assertThat(offer.heldBack())
        .hasSize(2)
        .allSatisfy(why -> assertThat(why).contains("/dev/nvidia0 is also another GPU's"));
  }

  @Test
  void aSmallDisplayCardIsNotOffered() {
    Offer offer =
        Offer.of(
            List.of(Nodes.card(0, "NVIDIA GT 1030", 2048, 0), Nodes.card(1, "a", 24564, 1)),
            Nodes.OFFER_FROM);
    assertThat(offer.devices()).extracting(device -> device.board().index()).containsExactly(1);
    assertThat(offer.heldBack()).isEmpty();
  }

  private static void assertRefused(String why, GresEntry... entries) {
    assertThatThrownBy(() -> new NodeGres(List.of(entries), Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static GresEntry entry(int position, String type, String file) {
    return new GresEntry(position, "gpu", type, Path.of(file), Optional.empty(), "GPU-" + position);
  }
}
