package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hook before slurmd, with a mknod that only says what it was asked. */
class BeforeSlurmdTest {

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
    Path mknod = root.resolve("bin/mknod");
    Files.writeString(mknod, "#!/bin/sh\necho \"mknod $*\"\n");
    Path mkdir = root.resolve("bin/mkdir");
    Files.writeString(mkdir, "#!/bin/sh\ncase $2 in /dev*) ;; *) exec /bin/mkdir \"$@\" ;; esac\n");
    assertThat(mknod.toFile().setExecutable(true)).isTrue();
    assertThat(mkdir.toFile().setExecutable(true)).isTrue();
    Files.createDirectories(root.resolve("proc"));
    Files.writeString(
        root.resolve("proc/devices"), "Character devices:\n195 nvidia\n226 drm\n511 nvidia-caps\n");
  }

  @Test
  void makesTheDeviceFilesThatTheFragmentNamesAndNoOther() throws Exception {
    Files.writeString(directory.resolve("gres.conf"), FRAGMENT);
    assertThat(run("before-slurmd").lines().filter(line -> line.startsWith("mknod")))
        .containsExactly(
            "mknod -m 666 /dev/nvidia97 c 195 97",
            "mknod -m 666 /dev/nvidia98 c 195 98",
            "mknod -m 666 /dev/nvidia-caps/nvidia-cap3000 c 511 3000",
            "mknod -m 666 /dev/dri/renderD9999 c 226 9999");
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

  private String run(String hook) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of("src/main/hooks", hook).toAbsolutePath().toString(),
            directory.toString(),
            root.resolve("proc").toString());
    builder.environment().put("PATH", root.resolve("bin") + ":/usr/bin:/bin");
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }
}
