package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hook before slurmd, with tools that only say what they were asked. */
class BeforeSlurmdTest {

  private static final String BOOT = "5f0c1c1e-0000-4000-8000-000000000001\n";

  private static final String FRAGMENT =
      """
      # a comment with File=/dev/nvidia99
      Name=gpu Type=a File=/dev/null Flags=nvidia_gpu_env
      Name=gpu Type=a File=/dev/nvidia97 Flags=nvidia_gpu_env
      Name=gpu Type=b MultipleFiles=/dev/nvidia98,/dev/nvidia-caps/nvidia-cap3000
      Name=gpu Type=c File=/dev/dri/renderD9999
      Name=gpu Type=d File=/dev/nvidia0;reboot
      Name=gpu Type=e File=/etc/nothing
      """;

  @TempDir private Path root;
  private Path directory = Path.of("");

  @BeforeEach
  void stub() throws IOException {
    directory = Files.createDirectories(root.resolve("slurm"));
    Files.createDirectories(root.resolve("bin"));
    for (String tool : List.of("mknod", "chown", "chmod")) {
      program(tool, "echo \"" + tool + " $*\"");
    }
    program("mkdir", "case $2 in /dev*) ;; *) exec /bin/mkdir \"$@\" ;; esac");
    write("proc/devices", "Character devices:\n195 nvidia\n226 drm\n511 nvidia-caps\n");
    write("proc/sys/kernel/random/boot_id", BOOT);
    write("sobre.yaml", "schema: sobre/1\n");
  }

  @Test
  void makesTheDeviceFilesThatTheFragmentNamesAndNoOther() throws Exception {
    Files.writeString(directory.resolve("gres.conf"), FRAGMENT);
    assertThat(run("before-slurmd").lines().filter(line -> line.startsWith("mknod")))
        .containsExactly(
            "mknod -m 600 /dev/nvidia97 c 195 97",
            "mknod -m 600 /dev/nvidia98 c 195 98",
            "mknod -m 600 /dev/nvidia-caps/nvidia-cap3000 c 511 3000",
            "mknod -m 600 /dev/dri/renderD9999 c 226 9999");
  }

  /** Without a word of the driver root alone may: slurmd only looks whether it is there. */
  @Test
  void opensThemToNobodyButAsTheDriverSays() throws Exception {
    Files.writeString(directory.resolve("gres.conf"), FRAGMENT);
    assertThat(widened())
        .containsExactly(
            "chown root:render /dev/dri/renderD9999", "chmod 660 /dev/dri/renderD9999");
    write(
        "proc/driver/nvidia/params",
        """
        ResmanDebugLevel: 4294967295
        ModifyDeviceFiles: 1
        DeviceFileUID: 0
        DeviceFileGID: 44
        DeviceFileMode: 432
        """);
    String capabilities = "proc/driver/nvidia/capabilities/gpu1/mig/gi2/";
    write(capabilities + "access", "DeviceFileMinor: 12\nDeviceFileMode: 256\n");
    write(
        capabilities + "ci0/access",
        "DeviceFileMinor: 3000\nDeviceFileMode: 292\nDeviceFileModify: 1\n");
    assertThat(widened())
        .containsExactly(
            "chown 0:44 /dev/nvidia97",
            "chmod 660 /dev/nvidia97",
            "chown 0:44 /dev/nvidia98",
            "chmod 660 /dev/nvidia98",
            "chown 0:0 /dev/nvidia-caps/nvidia-cap3000",
            "chmod 444 /dev/nvidia-caps/nvidia-cap3000",
            "chown root:render /dev/dri/renderD9999",
            "chmod 660 /dev/dri/renderD9999");
  }

  @Test
  void anAdminWhoMakesTheDeviceFilesHimselfGetsNoneThatIsOpen() throws Exception {
    Files.writeString(directory.resolve("gres.conf"), "Name=gpu File=/dev/nvidia97\n");
    write("proc/driver/nvidia/params", "ModifyDeviceFiles: 0\nDeviceFileMode: 438\n");
    assertThat(widened()).isEmpty();
  }

  @Test
  void aGroupThatIsNotThereLeavesTheFileToRoot() throws Exception {
    Files.writeString(directory.resolve("gres.conf"), "Name=gpu File=/dev/dri/renderD9999\n");
    program("chown", "exit 1");
    assertThat(widened()).isEmpty();
  }

  @Test
  void aNodeThatHasNotDescribedItselfDoesSoOnceMore() throws Exception {
    program("sobre", "echo sobre $*; echo {} > " + directory.resolve("node.json"));
    assertThat(run("before-slurmd")).isEqualTo("sobre node publish --within 4\n");
    assertThat(directory.resolve("slurmd.boot")).hasContent(BOOT);
    assertThat(run("before-slurmd")).isEmpty();
  }

  @Test
  void slurmdDoesNotWaitAnotherTimeForWhatSystemdHasEnded() throws Exception {
    program("sobre", "echo sobre $*");
    program("systemctl", "[ \"$*\" = 'show -P Result sobre-register' ] && echo timeout");
    assertThat(run("before-slurmd"))
        .as("without options slurmd does not even start")
        .isEqualTo("sobre node publish --within 4\n");
    Files.writeString(directory.resolve("slurmd.env"), "SLURMD_OPTIONS=\"-Z\"\n");
    assertThat(run("before-slurmd")).isEmpty();
    program("systemctl", "echo exit-code");
    assertThat(run("before-slurmd")).isEqualTo("sobre node publish --within 4\n");
  }

  @Test
  void whereSobreIsNotConfiguredNothingIsPublished() throws Exception {
    program("sobre", "echo sobre $*");
    Files.delete(root.resolve("sobre.yaml"));
    assertThat(run("before-slurmd")).isEmpty();
    assertThat(directory.resolve("gres.conf")).isEmptyFile();
  }

  /** Until then nothing of a GPU has been read, and all of it may still be published. */
  @Test
  void slurmdHasReadNothingWhereNothingIsPublished() throws Exception {
    program("sobre", "exit 74");
    assertThat(run("before-slurmd")).isEmpty();
    assertThat(directory.resolve("slurmd.boot")).doesNotExist();
  }

  @Test
  void theMarkOfAnotherBootIsReplaced() throws Exception {
    Files.writeString(directory.resolve("node.json"), "{}");
    Files.writeString(directory.resolve("slurmd.boot"), "another\n");
    assertThat(run("before-slurmd")).isEmpty();
    assertThat(directory.resolve("slurmd.boot")).hasContent(BOOT);
  }

  @Test
  void aMissingFragmentIsThereAgain() throws Exception {
    Files.delete(directory);
    assertThat(run("before-slurmd")).isEmpty();
    assertThat(directory.resolve("gres.conf")).isEmptyFile();
    Files.delete(directory.resolve("gres.conf"));
    assertThat(run("before-slurmctld")).isEmpty();
    assertThat(directory.resolve("gres.conf")).isEmptyFile();
  }

  private List<String> widened() throws IOException, InterruptedException {
    return run("before-slurmd").lines().filter(line -> line.startsWith("ch")).toList();
  }

  private void program(String name, String body) throws IOException {
    write("bin/" + name, "#!/bin/sh\n" + body + "\n");
    assertThat(root.resolve("bin").resolve(name).toFile().setExecutable(true)).isTrue();
  }

  private void write(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String run(String hook) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of("src/main/hooks", hook).toAbsolutePath().toString(),
            directory.toString(),
            root.resolve("proc").toString(),
            root.resolve("bin/sobre").toString(),
            root.resolve("sobre.yaml").toString());
    builder.environment().put("PATH", root.resolve("bin") + ":/usr/bin:/bin");
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
