package org.sobre.hardware.gpu.nvidia;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.units.MemorySize;
import org.sobre.hardware.units.Reading;

/**
 * Forms met when some hundreds of outputs in public repositories were tried; rewritten here, not
 * copied. Learnt from: forums' threads of 2012 (drivers 295 and 304), an operator's note on an H100
 * after Xid 119, notebooks of a rented T4, a chat's paste, batch systems' logs.
 */
class NvidiaTextInTheWildTest {

  private static NvidiaSmiLog read(String printed) throws NvidiaSmiFormatException {
    return NvidiaTextForms.read(printed).orElseThrow();
  }

  /** Of Fermi's days: no column for persistence, and a percentage in front of the memory. */
  @Test
  void readsTablesOfDrivers295And304() throws NvidiaSmiFormatException {
    String of295 =
        """
        | NVIDIA-SMI 3.295.40   Driver Version: 295.40         |
        | Nb.  Name                     | Bus Id        Disp.  | Volatile ECC SB / DB |
        | Fan   Temp   Power Usage /Cap | Memory Usage         | GPU Util. Compute M. |
        | 0.  GeForce GTX 550 Ti        | 0000:01:00.0  N/A    |       N/A        N/A |
        |  33%   64 C  N/A   N/A /  N/A |  56%  577MB / 1023MB |  N/A      Default    |
        """;
    String of304 =
        """
        | NVIDIA-SMI 4.304.54   Driver Version: 304.54         |
        |   0  Tesla C2075              | 0000:02:00.0     Off |                    0 |
        | 30%   55C    P0   149W / 225W |   1%   69MB / 5375MB |     99%      Default |
        """;
    assertThat(List.of(read(of295).gpus().get(0), read(of304).gpus().get(0)))
        .extracting(gpu -> gpu.model().orElse("-") + " " + gpu.memoryTotal())
        .containsExactly(
            "GeForce GTX 550 Ti " + Reading.of(MemorySize.ofMebibytes(1023)),
            "Tesla C2075 " + Reading.of(MemorySize.ofMebibytes(5375)));
  }

  /** Before driver 331 there was one memory, and megabytes. */
  @Test
  void readsTheMemoryOfOldXml() throws NvidiaSmiFormatException {
    String xml =
        """
        <nvidia_smi_log><driver_version>304.54</driver_version><gpu id="0000:02:00.0">
        <product_name>Tesla K20m</product_name>
        <memory_usage><total>4799 MB</total><used>11 MB</used><free>4788 MB</free></memory_usage>
        </gpu></nvidia_smi_log>
        """;
    NvidiaSmiGpu gpu = read(xml).gpus().get(0);
    assertThat(gpu.memoryTotal()).isEqualTo(Reading.of(MemorySize.ofMebibytes(4799)));
    assertThat(gpu.memoryFree()).isEqualTo(Reading.of(MemorySize.ofMebibytes(4788)));
  }

  /**
   * An H100 after Xid 119 that waits for its reset answers for memory and temperature; a T4 whose
   * tool is newer than its driver is well, though nobody can tell its MIG mode; and a Quadro P1000
   * that cannot tell its power.
   */
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          ERR!   50C    P0    N/A /  N/A , N/A, ERR!,     UNREADABLE
          ERR!   36C    P0   145W / ERR! , ERR!, Enabled, UNREADABLE
          N/A    38C    P8     9W /  70W , 0,   ERR!,     OK
          41%    53C    P0   ERR! /  N/A , N/A, N/A,      OK
          """)
  void severalFaultsOfARowAreTheCards(String sensors, String ecc, String mig, GpuState state)
      throws NvidiaSmiFormatException {
    String table =
        "| NVIDIA-SMI 570.86.15   Driver Version: 570.86.15   CUDA Version: 12.8 |\n"
            + "|   5  NVIDIA H100 80GB HBM3   On  | 00000000:97:00.0 Off | "
            + ecc
            + " |\n"
            + "|"
            + sensors
            + " | 0MiB / 81559MiB | 0%  Default |\n"
            + "|                  |              | "
            + mig
            + " |\n";
    assertThat(read(table).gpus()).extracting(NvidiaSmiGpu::state).containsExactly(state);
  }

  /** Pasted from a terminal of 79 columns. */
  @Test
  void aTableThatATerminalBrokeIsPutTogether() throws NvidiaSmiFormatException {
    String table =
        """
          | NVIDIA-SMI 570.86.15              Driver Version: 570.86.15      CUDA
          Version: 12.8     |
          |
          =========================================+========================+==========
          ============|
          |   0  NVIDIA H100 80GB HBM3          On  |   00000000:03:00.0 Off |
          0 |
          | N/A   36C    P0            145W / 700W  |       1MiB /  81559MiB |    100%
          Default |
          |                                         |                        |
          Disabled |
          +-----------------------------------------+------------------------+---------
          -------------+
        """;
    NvidiaSmiGpu gpu = read(table).gpus().get(0);
    assertThat(gpu.pciAddress()).hasToString("0000:03:00.0");
    assertThat(gpu.memoryTotal()).isEqualTo(Reading.of(MemorySize.ofMebibytes(81559)));
  }

  @Test
  void aRowIsNotPutTogetherForEver() {
    String table = "| NVIDIA-SMI 570.1  Driver Version: 570.1 |\n| a\n" + "x|\n".repeat(3_000_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(20), () -> assertThat(read(table).gpus()).isEmpty());
  }

  /** A batch system's log: a detail of -q that names no card, then the table, then -L. */
  @Test
  void severalAnswersInOneTextCompleteEachOther() {
    String report =
        """
        ==============NVSMI LOG==============
        Driver Version                            : 515.65.01
        Attached GPUs                             : 1
        GPU 00000000:B2:00.0
            Accounting Mode                       : Enabled
            Accounted Processes                   : None

        | NVIDIA-SMI 515.65.01    Driver Version: 515.65.01    CUDA Version: 11.7     |
        |   0  NVIDIA A100-SXM...  On   | 00000000:B2:00.0 Off |                    0 |
        | N/A   31C    P0    40W / 300W |      0MiB / 40960MiB |      0%      Default |
        |                               |                      |             Disabled |
        """;
    assertThat(NvidiaRecorded.answer(report).orElseThrow())
        .satisfies(
            answer -> {
              assertThat(answer.form()).isEqualTo("nvidia-smi -q, nvidia-smi");
              assertThat(answer.messages()).isEmpty();
              assertThat(answer.gpus().get(0).model()).isEqualTo("NVIDIA A100-SXM...");
              assertThat(answer.gpus().get(0).memoryTotal())
                  .isEqualTo(Reading.of(MemorySize.ofMebibytes(40960)));
            });
  }

  /** What stands around an answer goes to a person's terminal. */
  @Test
  void messagesAreShortAndPrintable() {
    String query = "index, pci.bus_id\n0, 00000000:23:00.0\n\u001b[31m" + "x".repeat(5000) + "\n";
    assertThat(NvidiaRecorded.answer(query).orElseThrow().messages())
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(250).doesNotContain("\u001b"))
        .isNotEmpty();
  }

  /** WSL2 in a sandbox, and a container without its devices: both sentences are the tool's. */
  @Test
  void aToolThatIsRefusedSaysSoTwice() throws NvidiaSmiFormatException {
    String refused =
        """
        Failed to initialize NVML: GPU access blocked by the operating system
        Failed to properly shut down NVML: GPU access blocked by the operating system
        """;
    assertThat(read(refused).messages()).hasSize(2);
    assertThat(read(refused).gpus()).isEmpty();
  }
}
