package org.sobre.hardware.gpu.nvidia.nvml;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.sobre.hardware.units.Reading;

/**
 * A shared library in the place of NVIDIA's, compiled from {@code fake_nvml.c} and answering from
 * files: what the product does with it goes through the real JNA. Where no C compiler is, a test
 * that needs it is skipped, and fails if {@code -Dsobre.require} names {@code cc}.
 */
public final class FakeNvml {

  private static final List<String> COMPILERS = List.of("/usr/bin/cc", "/usr/bin/gcc");

  private final Path directory;

  private FakeNvml(Path directory) {
    this.directory = directory;
  }

  /**
   * @param directory of this library alone; its files are put there
   * @param older what to leave out: {@code BEFORE_VOLTA}, {@code BEFORE_FIELDS}, {@code
   *     BEFORE_MEMORY_V2}
   */
  public static FakeNvml compile(Path directory, String... older) throws IOException {
    Path source = directory.resolve("fake_nvml.c");
    try (InputStream in = FakeNvml.class.getResourceAsStream("fake_nvml.c")) {
      Assertions.assertNotNull(in, "fake_nvml.c is not on the class path");
      Files.copy(in, source);
    }
    FakeNvml fake = new FakeNvml(directory);
    List<String> command = new ArrayList<>(List.of(compiler(), "-std=c11", "-D_GNU_SOURCE"));
    command.addAll(List.of("-Wall", "-Wextra", "-Werror", "-O1", "-shared", "-fPIC"));
    command.add("-DSTATE=\"" + directory + "\"");
    Arrays.stream(older).forEach(word -> command.add("-D" + word));
    command.addAll(List.of("-Wl,-soname,libnvidia-ml.so.1", "-o", fake.library().toString()));
    command.add(source.toString());
    run(command);
    return fake;
  }

  private static String compiler() {
    return COMPILERS.stream()
        .filter(compiler -> Files.isExecutable(Path.of(compiler)))
        .findFirst()
        .orElseGet(FakeNvml::withoutCompiler);
  }

  private static String withoutCompiler() {
    boolean required =
        Arrays.asList(System.getProperty("sobre.require", "").split(",", -1)).contains("cc");
    Assertions.assertFalse(required, "required by -Dsobre.require and absent: cc");
    return Assumptions.abort("absent: cc");
  }

  private static void run(List<String> command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      Assertions.assertTrue(process.waitFor(60, TimeUnit.SECONDS), "the compiler hangs");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Assertions.assertEquals(0, process.exitValue(), said);
  }

  /** Opened as the product opens NVIDIA's. */
  public Reading<NvmlLibrary> open() {
    return JnaNvml.open(library().toString());
  }

  public Path library() {
    return directory.resolve("libnvidia-ml.so.1");
  }

  /** Puts one of the files that {@code fake_nvml.c} describes in place, at once. */
  public void put(String name, String text) {
    try {
      Path written = Files.writeString(directory.resolve(name + ".new"), text);
      Files.move(written, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void remove(String name) {
    try {
      Files.deleteIfExists(directory.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The calls made until now, in order. */
  public List<String> trace() {
    Path trace = directory.resolve("trace");
    if (!Files.exists(trace)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(trace)) {
      return lines.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
