package org.sobre.jobs.station;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts {@code sobre-monitord --own} apart from this process: a session of its own, so that no
 * terminal hangs it up or interrupts it, none of the command's streams, and no GPU hidden from it.
 *
 * @param program {@code /usr/sbin/sobre-monitord}, or a checkout's
 * @param config the file that this command was told to read, if it was
 */
public record DaemonLauncher(Path program, Optional<Path> config) {

  private static final long LONGEST_LOG_BYTES = 1 << 20;

  /** Of one job, of the launcher's JVM, or of the command. */
  private static final List<String> NOT_PASSED_ON =
      List.of(
          "CUDA_VISIBLE_DEVICES",
          "ROCR_VISIBLE_DEVICES",
          "HIP_VISIBLE_DEVICES",
          "GPU_DEVICE_ORDINAL",
          "_JAVA_SR_SIGNUM",
          "SOBRE_LC_ALL");

  public DaemonLauncher {
    requireNonNull(program, "program");
    requireNonNull(config, "config");
  }

  /**
   * @param log takes what it says; begun anew when it has grown past a MiB
   */
  Process start(Path log) throws IOException {
    Path directory = requireNonNull(log.getParent());
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    if (Files.exists(log) && Files.size(log) > LONGEST_LOG_BYTES) {
      Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.ATOMIC_MOVE);
    }
    ProcessBuilder builder =
        new ProcessBuilder(command())
            .directory(new File("/"))
            .redirectInput(Redirect.from(new File("/dev/null")))
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(log.toFile()));
    Map<String, String> environment = builder.environment();
    NOT_PASSED_ON.forEach(environment::remove);
    return builder.start();
  }

  private List<String> command() {
    List<String> words = new ArrayList<>(List.of("setsid", program.toString(), "--own"));
    config.ifPresent(file -> words.addAll(List.of("--config", file.toAbsolutePath().toString())));
    return words;
  }
}
