package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.gpu.DriverBinding;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.units.PciAddress;
import org.sobre.hardware.units.Reading;
import org.sobre.hardware.units.Reading.Reason;
import org.sobre.slurm.gres.Nodes;
import org.sobre.slurm.node.MissingGpu;

class MissingGpusTest {

  private static final String L4 = "NVIDIA L4";

  @TempDir private Path root;

  @Test
  void atItsFirstBootANodeMissesWhatTheBusShowsAndWhatDoesNotWork() {
    assertThat(missing(Optional.empty(), card(0), broken(1, GpuVendor.NVIDIA, GpuState.LOST)))
        .singleElement()
        .satisfies(gpu -> assertThat(gpu.pciAddress()).contains(new PciAddress(0, 0x11, 0, 0)));
    assertThat(missing(Optional.empty(), broken(0, GpuVendor.NVIDIA, GpuState.UNREADABLE)))
        .as("a driver that drives none of the cards")
        .hasSize(1);
  }

  @Test
  void aProcessorsGraphicsWithoutADriverIsNotMissedButACardBesideOneThatWorksIs() {
    Gpu silent = broken(1, GpuVendor.AMD, GpuState.UNREADABLE);
    assertThat(missing(Optional.empty(), card(0), silent)).isEmpty();
    assertThat(missing(Optional.empty(), Nodes.mi210(0, 128), silent)).hasSize(1);
  }

  /** Of a virtual machine, and of the console. */
  @ParameterizedTest
  @ValueSource(strings = {"vfio-pci", "nouveau"})
  void aCardGivenToAnotherDriverIsMissedOnlyIfItWasGivenToSlurm(String driver)
      throws IOException, JsonShapeException {
    Gpu elsewhere = card(1).unreadable(DriverBinding.elsewhere(driver, "nvidia"));
    assertThat(missing(Optional.empty(), card(0), elsewhere)).isEmpty();
    assertThat(missing(lastBoot(card(0)), card(0), elsewhere)).isEmpty();
    assertThat(missing(lastBoot(card(0), card(1)), card(0), elsewhere)).hasSize(1);
  }

  @Test
  void aBootInWhichSlurmdRefusedTheCardsEmptiesNoExpectation()
      throws IOException, JsonShapeException {
    TestNode node = new TestNode(root, new SimulatedSlurm());
    node.boots(card(0), card(1), card(2));
    node.proof(described -> Optional.of("slurmd -G: duplicate device file name"));
    node.boots(card(0), card(1));
    node.proof(DescriptionProof.NONE);
    node.publish(card(0), card(1));
    assertThat(node.shortfall().missing()).as("published again").hasSize(1);
    node.boots(card(0), broken(1, GpuVendor.NVIDIA, GpuState.UNREADABLE));
    assertThat(node.shortfall().missing()).hasSize(2);
  }

  @Test
  void aCardTooSmallIsNotMissedWhateverItsState() throws IOException, JsonShapeException {
    Gpu small = Nodes.card(1, "NVIDIA GeForce GT 1030", 2048, 1);
    assertThat(missing(lastBoot(card(0), small), card(0))).isEmpty();
    assertThat(missing(Optional.empty(), card(0), small.unreadable("fell off the bus"))).isEmpty();
  }

  @Test
  void aCardThatNeverWorkedAndThatNobodyMissesIsAccepted() throws IOException, JsonShapeException {
    Gpu old = broken(1, GpuVendor.NVIDIA, GpuState.UNREADABLE);
    Optional<LastBoot> missed = lastBoot(card(0), old);
    assertThat(missing(missed, card(0), old)).as("still missed").hasSize(1);
    LastBoot forgotten = missed.orElseThrow().forgiven();
    assertThat(missing(Optional.of(forgotten), card(0), old)).isEmpty();
  }

  @Test
  void aCardIsBackInAnotherSlotAndOneLikeItInItsPlaceIsNoLoss()
      throws IOException, JsonShapeException {
    Optional<LastBoot> last = lastBoot(card(0), card(1));
    Gpu moved = at(card(1), 9);
    assertThat(missing(last, card(0), moved)).isEmpty();
    Gpu replaced = at(Nodes.card(7, L4, 23034, 1), 1);
    assertThat(missing(last, card(0), replaced)).isEmpty();
  }

  /** Firmware gives the cards behind a dead one the numbers before them. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void ofLikeCardsThatHaveMovedAsManyAreMissedAsAreGoneAlsoTwiceInARow(long seed)
      throws IOException, JsonShapeException {
    Random random = new Random(seed);
    List<Integer> cards =
        new ArrayList<>(IntStream.range(0, 2 + random.nextInt(6)).boxed().toList());
    Gpu[] all = cards.stream().map(MissingGpusTest::card).toArray(Gpu[]::new);
    Collections.shuffle(cards, random);
    List<Integer> left = cards.subList(0, random.nextInt(cards.size()));
    Gpu[] moved =
        IntStream.range(0, left.size())
            .mapToObj(i -> at(card(left.get(i)), i).withIndex(i))
            .toArray(Gpu[]::new);
    Optional<LastBoot> last = lastBoot(all);
    List<MissingGpu> once = missing(last, moved);
    assertThat(once).as("seed " + seed).hasSize(all.length - left.size());
    LastBoot next = lastBoot(moved).orElseThrow();
    assertThat(
            missing(
                Optional.of(new LastBoot(next.document(), next.shortfall().withMissing(once))),
                moved))
        .as("seed " + seed)
        .containsExactlyInAnyOrderElementsOf(once);
  }

  @Test
  void oneNewcomerMakesUpForOneThatHasGone() throws IOException, JsonShapeException {
    Optional<LastBoot> last = lastBoot(card(0), card(1), card(2));
    assertThat(missing(last, card(0), Nodes.card(8, "NVIDIA A10", 23028, 1))).hasSize(1);
    assertThat(missing(last, card(0), card(1), Nodes.card(8, "NVIDIA A10", 23028, 2))).isEmpty();
  }

  @Test
  void aMissingCardStaysMissedSinceItWasFirst() throws IOException, JsonShapeException {
    Instant first = Instant.parse("2026-11-01T00:00:00Z");
    LastBoot last = lastBoot(card(0)).orElseThrow();
    MissingGpu gone = new MissingGpu(Optional.of("GPU-gone"), Optional.empty(), L4, first, true);
    assertThat(
            missing(
                Optional.of(
                    new LastBoot(last.document(), last.shortfall().withMissing(List.of(gone)))),
                card(0)))
        .containsExactly(gone);
  }

  @Test
  void slurmsRecordTellsByTypeAndNothingWhereThereArePartitions() {
    Instant now = Instant.parse("2026-11-21T00:00:00Z");
    assertThat(MissingGpus.of(Map.of("gpu:a", 3, "gpu:b", 1), Map.of("gpu:a", 2), now))
        .extracting(MissingGpu::model)
        .containsExactlyInAnyOrder("a", "b");
    assertThat(MissingGpus.of(Map.of("gpu:a", 1), Map.of("gpu:b", 1), now)).isEmpty();
    assertThat(MissingGpus.of(Map.of("gpu:a", 1, "shard", 24), Map.of("gpu:a", 1), now)).isEmpty();
    assertThat(MissingGpus.of(Map.of("gpu:nvidia_a100_1g.5gb", 7), Map.of("gpu:x", 1), now))
        .isEmpty();
  }

  private static List<MissingGpu> missing(Optional<LastBoot> last, Gpu... now) {
    return MissingGpus.of(last, Nodes.with(now), Nodes.OFFER_FROM);
  }

  private Optional<LastBoot> lastBoot(Gpu... gpus) throws IOException, JsonShapeException {
    TestNode node = new TestNode(root, new SimulatedSlurm());
    node.boots(gpus);
    return Optional.of(LastBoot.read(node.read("node.json")));
  }

  private static Gpu card(int index) {
    return Nodes.card(index, L4, 23034, index);
  }

  private static Gpu broken(int index, GpuVendor vendor, GpuState state) {
    return new Gpu(
        index,
        vendor,
        "unknown",
        Optional.empty(),
        new PciAddress(0, 0x10 + index, 0, 0),
        Optional.empty(),
        Reading.unavailable(Reason.FAILED, "no answer"),
        Reading.unavailable(Reason.FAILED, "no answer"),
        state,
        Optional.of("no answer"),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        false);
  }

  /** The same card in another slot. */
  private static Gpu at(Gpu gpu, int slot) {
    return new Gpu(
        gpu.index(),
        gpu.vendor(),
        gpu.model(),
        gpu.uuid(),
        new PciAddress(0, 0x10 + slot, 0, 0),
        gpu.device(),
        gpu.memoryTotal(),
        gpu.memoryFree(),
        gpu.state(),
        gpu.stateDetail(),
        gpu.architecture(),
        gpu.computeCapability(),
        gpu.driver(),
        gpu.partitioned());
  }
}
