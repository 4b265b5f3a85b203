package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.probe.ToolText;
import org.yaml.snakeyaml.Yaml;

/** {@code discover --from}: machines that are nothing but files. */
class DiscoverFromTest {

  private static final String MIG_CARD =
      """
      <?xml version="1.0" ?>
      <nvidia_smi_log><driver_version>535.54.03</driver_version><attached_gpus>1</attached_gpus>
      <gpu id="00000000:01:00.0"><product_name>NVIDIA A100-SXM4-80GB</product_name>
      <uuid>GPU-5c1f0000-0000-0000-0000-000000000001</uuid><minor_number>0</minor_number>
      <mig_mode><current_mig>Enabled</current_mig></mig_mode>
      <mig_devices><mig_device><index>0</index><gpu_instance_id>3</gpu_instance_id>
      <compute_instance_id>0</compute_instance_id>
      <fb_memory_usage><total>19968 MiB</total><free>19955 MiB</free></fb_memory_usage>
      </mig_device></mig_devices>
      <fb_memory_usage><total>81920 MiB</total><free>80999 MiB</free></fb_memory_usage></gpu>
      </nvidia_smi_log>
      """;

  private static final String ITS_LIST =
      """
      GPU 0: NVIDIA A100-SXM4-80GB (UUID: GPU-5c1f0000-0000-0000-0000-000000000001)
        MIG 1g.20gb     Device  0: (UUID: MIG-00000000-0000-0000-0000-00000000000a)
      """;

  private static final String SICK_TABLE =
      """
      +-------------------------------+----------------------+----------------------+
      |   5  ERR!                On   | 00000000:91:00.0 Off |                 ERR! |
      |ERR!  ERR! ERR!    ERR! / ERR! |      0MiB / 81920MiB |    ERR!      Default |
      |                               |                      |                 ERR! |
      +-------------------------------+----------------------+----------------------+
      """;

  @TempDir Path root;
  @TempDir Path recordings;
  private SmallMachine machine;

  @BeforeEach
  void aMachineThatIsNotAsked() throws IOException {
    machine = new SmallMachine(root);
  }

  private String file(String name, String text) throws IOException {
    return file(name, text, StandardCharsets.UTF_8);
  }

  private String file(String name, String text, Charset charset) throws IOException {
    return Files.write(recordings.resolve(name), text.getBytes(charset)).toString();
  }

  @Test
  void showsACardOfAnotherMachine() throws IOException {
    String sick = file("a100.txt", SICK_TABLE);
    assertThat(machine.run("discover", "--from", sick)).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString().lines().toList())
        .containsExactly(
            sick + " (nvidia-smi)",
            "GPU  MODEL       VRAM GB  FREE GB  DEVICE  PCI BUS ID    STATE       OFFERED",
            "  0  NVIDIA GPU     85.9        -  -       0000:91:00.0  unreadable  no: unreadable");
    assertThat(machine.err.toString())
        .isEqualTo("sobre: " + sick + ": GPU 0 is unreadable: product_name: ERR!\n");
  }

  @Test
  void aFileThatSaysNothingKnownTakesNothingFromTheOthers() throws IOException {
    String sick = file("b.txt", SICK_TABLE);
    String novel = file("a.txt", "Longtemps, je me suis couché de bonne heure.\n");
    assertThat(machine.run("discover", "--from", novel, sick)).isEqualTo(ExitCode.BAD_DATA);
    assertThat(machine.out.toString()).contains("0000:91:00.0");
    assertThat(machine.err.toString())
        .contains(
            novel
                + ": expected an output of nvidia-smi, amd-smi or rocm-smi, found none that is"
                + " known");
  }

  @Test
  void readsADirectoryInTheOrderOfNames() throws IOException {
    file("z.txt", SICK_TABLE);
    file("b.txt", MIG_CARD);
    assertThat(machine.run("discover", "--format", "yaml", "--from", recordings.toString()))
        .isEqualTo(ExitCode.DONE);
    assertThat(new Yaml().loadAll(machine.out.toString()))
        .extracting(document -> String.valueOf(((Map<?, ?>) document).get("from")))
        .containsExactly(
            recordings.resolve("b.txt").toString(), recordings.resolve("z.txt").toString());
  }

  @Test
  void outputsOfOneMachineCompleteEachOther() throws IOException, JsonShapeException {
    String xml = file("a100.xml", MIG_CARD);
    String list = file("a100_L.txt", ITS_LIST);
    int code = machine.run("discover", "--format", "json", "--together", "--from", xml, list);
    assertThat(code).isEqualTo(ExitCode.DONE);
    JsonObject document = JsonObject.parse(machine.out.toString());
    assertThat(document.string("from")).contains(xml + ", " + list);
    JsonObject card = document.objects("gpus").get(0);
    assertThat(card.string("pciBusId")).contains("0000:01:00.0");
    JsonObject part = card.objects("partitions").get(0);
    assertThat(part.string("profile")).contains("1g.20gb");
    assertThat(part.string("id")).contains("MIG-00000000-0000-0000-0000-00000000000a");
  }

  @Test
  void aCardOfNoKnownPlaceIsListedWithoutOne() throws IOException, JsonShapeException {
    String list = file("a100_L.txt", ITS_LIST);
    assertThat(machine.run("discover", "--format", "json", "--from", list))
        .isEqualTo(ExitCode.DONE);
    JsonObject card = JsonObject.parse(machine.out.toString()).objects("gpus").get(0);
    assertThat(card.string("model")).contains("NVIDIA A100-SXM4-80GB");
    assertThat(card.string("pciBusId")).isEmpty();
  }

  @Test
  void readsWhatPowerShellHasWritten() throws IOException {
    String utf16 = file("windows.txt", "\ufeff" + SICK_TABLE, StandardCharsets.UTF_16LE);
    assertThat(machine.run("discover", "--from", utf16)).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString()).contains("0000:91:00.0");
  }

  /** {@code Out-File -Encoding utf8}, and editors: the mark is no part of the first line. */
  @Test
  void aByteOrderMarkInFrontOfUtf8IsNoPartOfTheText() throws IOException {
    String marked = file("list.txt", "\ufeff" + ITS_LIST);
    assertThat(machine.run("discover", "--from", marked)).isEqualTo(ExitCode.DONE);
    assertThat(machine.out.toString()).contains("NVIDIA A100-SXM4-80GB");
  }

  @Test
  void refusesAnEndlessFileAndOneThatIsCutOff() throws IOException {
    String long_ = file("long.txt", "x".repeat(ToolText.LONGEST_ANSWER + 1));
    String cut = file("cut.xml", MIG_CARD.substring(0, 300));
    assertThat(machine.run("discover", "--from", long_, cut)).isEqualTo(ExitCode.BAD_DATA);
    assertThat(machine.err.toString())
        .contains(long_ + ": expected at most")
        .contains(cut + ": the XML is cut off");
  }

  @Test
  void aFileThatIsNotThereIsAnError() {
    assertThat(machine.run("discover", "--from", "/nowhere/q.xml"))
        .isEqualTo(ExitCode.INPUT_OUTPUT);
    assertThat(machine.err.toString()).isEqualTo("sobre: /nowhere/q.xml: there is no such file\n");
  }

  @Test
  void togetherNeedsFiles() {
    assertThat(machine.run("discover", "--together")).isEqualTo(ExitCode.USAGE);
    assertThat(machine.err.toString()).contains("--from");
  }

  @Test
  void outputsOfTwoMachinesAreNotMixed() throws IOException {
    String xml = file("a100.xml", MIG_CARD);
    String list = file("b.txt", ITS_LIST.replace("GPU-5c1f", "GPU-77ab"));
    assertThat(machine.run("discover", "--together", "--from", xml, list))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(machine.out.toString()).isEmpty();
    assertThat(machine.err.toString())
        .isEqualTo(
            "sobre: "
                + xml
                + " and "
                + list
                + ": expected outputs of one machine, found those of two:"
                + " GPU-5c1f0000-0000-0000-0000-000000000001 in the one,"
                + " GPU-77ab0000-0000-0000-0000-000000000001 in the other;"
                + " give --together the files of one machine, or leave it out\n");
  }

  @Test
  void theTableHasThePartitionsBelowTheirBoard() throws IOException {
    String xml = file("a100.xml", MIG_CARD);
    String list = file("a100_L.txt", ITS_LIST);
    assertThat(machine.run("discover", "--together", "--from", xml, list)).isZero();
    assertThat(machine.out.toString().lines().skip(1).toList())
        .containsExactly(
            "GPU  MODEL                  VRAM GB  FREE GB  DEVICE        PCI BUS ID    STATE "
                + " OFFERED",
            "  0  NVIDIA A100-SXM4-80GB     85.9     84.9  /dev/nvidia0  0000:01:00.0  ok    "
                + " no: partitioned",
            "0.0  1g.20gb                   20.9     20.9  -             -             ok    "
                + " no: no-device-file");
  }

  @Test
  void saysWhatWasCutOff() throws IOException {
    String text =
        file(
            "q.txt",
            """
            ==============NVSMI LOG==============
            Attached GPUs                             : 1
            GPU 00000000:3B:00.0
                Product Name                          : Tesla T4
                FB Memory Usage
                    Total                             : 15360""");
    String table = file("t.txt", SICK_TABLE.substring(0, SICK_TABLE.indexOf("Default")));
    machine.run("discover", "--from", text, table);
    assertThat(machine.err.toString())
        .contains(text + ": the output ends in the middle of GPU 00000000:3B:00.0\n")
        .contains(table + ": the output ends in the middle of a table\n");
  }

  @Test
  void readsWhatIsPipedIn() {
    InputStream before = System.in;
    try {
      System.setIn(new ByteArrayInputStream(ITS_LIST.getBytes(StandardCharsets.UTF_8)));
      assertThat(machine.run("discover", "--from", "-")).isEqualTo(ExitCode.DONE);
      assertThat(machine.out.toString()).startsWith("- (nvidia-smi -L)\n");
      System.setIn(InputStream.nullInputStream());
      assertThat(machine.run("discover", "--from", "-")).isEqualTo(ExitCode.BAD_DATA);
    } finally {
      System.setIn(before);
    }
    assertThat(machine.err.toString())
        .isEqualTo(
            "sobre: -: expected an output of nvidia-smi, amd-smi or rocm-smi, found nothing; what"
                + " the tool said may have gone to standard error\n");
  }

  @Test
  void anEmptyDirectoryIsAnError() {
    assertThat(machine.run("discover", "--from", recordings.toString()))
        .isEqualTo(ExitCode.BAD_DATA);
    assertThat(machine.err.toString())
        .isEqualTo(
            "sobre: "
                + recordings
                + ": expected recorded outputs in this directory, found no file\n");
  }
}
