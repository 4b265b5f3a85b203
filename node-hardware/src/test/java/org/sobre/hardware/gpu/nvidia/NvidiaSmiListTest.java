package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.fuzz.Mutations;
import org.sobre.hardware.gpu.nvidia.NvidiaSmiList.Listed;
import org.sobre.hardware.gpu.nvidia.NvidiaSmiList.ListedMig;
import org.sobre.hardware.probe.ToolText;

class NvidiaSmiListTest {

  private static final String ZEROS = "00000000-0000-0000-0000-000000000000";

  /** Of the answers of XuehaiPan/nvitop #8 and NVIDIA/nvidia-container-toolkit #203. */
  private static final String OLD =
      """
      GPU 0: A100-SXM4-40GB (UUID: GPU-9f1c2d3e-0000-0000-0000-000000000001)
        MIG 3g.20gb Device 0: (UUID: MIG-GPU-9f1c2d3e-0000-0000-0000-000000000001/1/0)
        MIG 3g.20gb Device 1: (UUID: MIG-GPU-9f1c2d3e-0000-0000-0000-000000000001/2/0)
      GPU 1: A100-SXM4-40GB (UUID: GPU-9f1c2d3e-0000-0000-0000-000000000002)
      Unable to determine the device handle for GPU 0000:47:00.0: GPU is lost.  Reboot
      GPU 3: A100-SXM4-40GB (UUID: GPU-9f1c2d3e-0000-0000-0000-000000000003)
        MIG 1g.5gb+me   Device  0: (UUID: MIG-5c1f0000-0000-0000-0000-000000000003)
      """;

  @Test
  void readsMigDevicesOfARecordedCard() throws NvidiaSmiFormatException {
    NvidiaSmiList list = NvidiaSmiList.parse(Recordings.read("h200-mig_590.48.01_list.txt"));
    assertThat(list.messages()).isEmpty();
    assertThat(list.gpus())
        .containsExactly(
            new Listed(
                0,
                "NVIDIA H200",
                "GPU-" + ZEROS,
                List.of(
                    new ListedMig(0, "1c.3g.71gb", "MIG-" + ZEROS),
                    new ListedMig(1, "2c.3g.71gb", "MIG-00000001-0000-0000-0000-000000000001"),
                    new ListedMig(2, "2g.35gb", "MIG-00000002-0000-0000-0000-000000000002"),
                    new ListedMig(3, "1g.18gb", "MIG-00000003-0000-0000-0000-000000000003"),
                    new ListedMig(4, "1g.18gb", "MIG-00000004-0000-0000-0000-000000000004"))));
  }

  /** As people hand it on: indented, stripped of its blanks, masked. */
  @ParameterizedTest
  @ValueSource(strings = {"    ", ""})
  void readsCopies(String indent) throws NvidiaSmiFormatException {
    String copy =
        indent
            + "GPU 0: A100-SXM4-40GB (UUID: GPU-7780f282-99a1-7024-f7a4-65a55230****)\n"
            + indent
            + "MIG 2g.10gb Device 0: (UUID: MIG-GPU-7780f282-99a1-7024-f7a4-65a55230****/3/0)\n";
    NvidiaSmiList list = NvidiaSmiList.parse(copy);
    assertThat(list.messages()).isEmpty();
    assertThat(list.gpus()).singleElement().satisfies(gpu -> assertThat(gpu.migs()).hasSize(1));
    assertThat(list.gpus().get(0).migs().get(0).gpuInstance()).hasValue(3);
  }

  @ParameterizedTest
  @CsvSource({
    "h200_590.48.01_list.txt,NVIDIA H200",
    "l40s_595.80_list.txt,NVIDIA L40S",
    "rtx2080super_591.86-windows_list.txt,NVIDIA GeForce RTX 2080 SUPER",
    "rtx4080super_595.71.05_list.txt,NVIDIA GeForce RTX 4080 SUPER",
  })
  void readsWholeCards(String recording, String model) throws NvidiaSmiFormatException {
    assertThat(NvidiaSmiList.parse(Recordings.read(recording)).gpus())
        .containsExactly(new Listed(0, model, "GPU-" + ZEROS, List.of()));
  }

  @Test
  void readsOldIdsAndGoesOnBehindALostCard() throws NvidiaSmiFormatException {
    NvidiaSmiList list = NvidiaSmiList.parse(OLD);
    assertThat(list.gpus()).extracting(Listed::index).containsExactly(0, 1, 3);
    ListedMig second = list.gpus().get(0).migs().get(1);
    assertThat(second.gpuInstance()).isEqualTo(OptionalInt.of(2));
    assertThat(second.computeInstance()).isEqualTo(OptionalInt.of(0));
    ListedMig modern = list.gpus().get(2).migs().get(0);
    assertThat(modern.profile()).isEqualTo("1g.5gb+me");
    assertThat(modern.gpuInstance()).isEmpty();
    assertThat(CardFault.inMessages(list.messages()).keySet())
        .extracting(Object::toString)
        .containsExactly("0000:47:00.0");
  }

  @Test
  void cardsOfOneUuidCannotBeToldApart() throws NvidiaSmiFormatException {
    String line = "GPU 0: X (UUID: GPU-1)\n";
    assertThat(NvidiaSmiList.parse(line).ofUuid("GPU-1")).isPresent();
    String other = line.replace("GPU 0", "GPU 1");
    assertThat(NvidiaSmiList.parse(line + other).ofUuid("GPU-1")).isEmpty();
  }

  /** {@code nvlink -s} names every card in the words of {@code -L}; people paste both. */
  @Test
  void aCardListedTwiceIsOneAndKeepsItsMigDevices() throws NvidiaSmiFormatException {
    String line = "GPU 0: X (UUID: GPU-1)\n";
    String mig = "  MIG 1g.5gb Device 0: (UUID: MIG-1)\n";
    for (String printed : List.of(line + mig + line, line + line + mig)) {
      NvidiaSmiList list = NvidiaSmiList.parse(printed);
      assertThat(list.gpus()).hasSize(1);
      assertThat(list.ofUuid("GPU-1").orElseThrow().migs()).hasSize(1);
    }
  }

  @Test
  void aTextOfTooManyCharactersIsRefused() {
    assertThatThrownBy(() -> NvidiaSmiList.parse(OLD + " ".repeat(ToolText.LONGEST_ANSWER)))
        .isInstanceOf(NvidiaSmiFormatException.class)
        .hasMessageContaining("expected at most 16777216 characters");
  }

  @Test
  void inventsNoCard() {
    List<String> texts =
        List.of(
            Recordings.read("h200-mig_590.48.01_list.txt"),
            Recordings.read("l40s_595.80_list.txt"),
            OLD);
    Mutations.survives(
        texts,
        text ->
            NvidiaSmiList.parse(text)
                .gpus()
                .forEach(
                    gpu -> {
                      assertThat(text).contains(gpu.uuid());
                      gpu.migs().forEach(mig -> assertThat(text).contains(mig.id()));
                    }));
  }
}
