package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code packaging/bin/sobre}, with a script in the place of Java. */
class LauncherTest {

  private static final Path LAUNCHER = Path.of("..", "packaging", "bin", "sobre").toAbsolutePath();

  @TempDir private Path directory;

  /** Or the JVM's first file takes its place, and the job's command reads the JDK as its input. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aStreamThatIsClosedIsOpenedToNothing(int descriptor) throws Exception {
    launch(descriptor, descriptor + ">&-");
    assertThat(directory.resolve("told")).hasContent("/dev/null\n");
  }

  @Test
  void streamsThatAreOpenStay() throws Exception {
    Path input = Files.writeString(directory.resolve("input"), "x");
    launch(0, "<\"" + input + '"');
    assertThat(directory.resolve("told")).hasContent(input.toRealPath() + "\n");
  }

  @ParameterizedTest
  @CsvSource({", /usr/sbin/sobre-monitord", "/opt/x/sobre-monitord, /opt/x/sobre-monitord"})
  void theCommandKnowsWhereTheDaemonIs(@Nullable String named, String expected) throws Exception {
    ProcessBuilder builder = launcher("for word; do echo \"$word\"; done >\"$TOLD\"", "");
    builder.environment().remove("SOBRE_MONITORD");
    if (named != null) {
      builder.environment().put("SOBRE_MONITORD", named);
    }
    assertThat(builder.start().waitFor()).isZero();
    assertThat(Files.readAllLines(directory.resolve("told")))
        .contains("-Dsobre.monitord=" + expected, "--version");
  }

  /** A JVM in ASCII makes question marks of a command's accents: seen with cron and sbatch. */
  @ParameterizedTest
  @CsvSource({
    "C, C.UTF-8 C",
    "xx_XX.UTF-8, C.UTF-8 xx_XX.UTF-8",
    ", C.UTF-8 ''",
    "C.UTF-8, C.UTF-8 unset"
  })
  void theJvmHasALocaleWithAccents(@Nullable String locale, String expected) throws Exception {
    ProcessBuilder builder = launcher("echo \"$LC_ALL ${SOBRE_LC_ALL-unset}\" >\"$TOLD\"", "");
    builder.environment().keySet().removeIf(name -> name.startsWith("LC_") || name.equals("LANG"));
    if (locale != null) {
      builder.environment().put("LC_ALL", locale);
    }
    assertThat(builder.start().waitFor()).isZero();
    assertThat(directory.resolve("told")).hasContent(expected.replace("''", "") + "\n");
  }

  /** A second collector is an error to a JVM, and a debugger takes the port of the job's own. */
  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void optionsForTheJobsOwnJavaAreKeptFromThisOne(String name) throws Exception {
    String tell = "echo \"${" + name + "-unset} ${SOBRE_" + name + "}\" >\"$TOLD\"";
    ProcessBuilder builder = launcher(tell, "");
    builder.environment().put(name, "-XX:+UseParallelGC");
    assertThat(builder.start().waitFor()).isZero();
    assertThat(directory.resolve("told")).hasContent("unset -XX:+UseParallelGC\n");
  }

  /** A JVM says that with a stack trace. */
  @Test
  void aWorkingDirectoryThatIsGoneIsSaid() throws Exception {
    Path errors = directory.resolve("errors");
    String launch = "mkdir \"$1\"; cd \"$1\"; rmdir \"$1\"; exec \"$0\" --version 2>\"$2\"";
    String gone = directory.resolve("gone").toString();
    ProcessBuilder builder = launcher("echo started >\"$TOLD\"", "");
    builder.command("sh", "-c", launch, LAUNCHER.toString(), gone, errors.toString());
    assertThat(builder.start().waitFor()).isEqualTo(74);
    assertThat(errors).content().contains("sobre: the working directory is gone: ");
    assertThat(directory.resolve("told")).doesNotExist();
  }

  /** Java's stand-in tells where one of its streams goes. */
  private void launch(int descriptor, String redirection) throws IOException, InterruptedException {
    String script = "link=$(readlink /proc/$$/fd/" + descriptor + ")\necho \"$link\" >\"$TOLD\"";
    assertThat(launcher(script, redirection).start().waitFor()).isZero();
  }

  private ProcessBuilder launcher(String script, String redirection) throws IOException {
    // as it is in the sources: packaging/stage.sh puts the version in
    Path jars = Files.createDirectories(directory.resolve("lib").resolve("@VERSION@"));
    Files.writeString(jars.resolve("sobre.jar"), "", StandardCharsets.UTF_8);
    Path java = Files.writeString(directory.resolve("java"), "#!/bin/sh\n" + script + "\n");
    assertThat(java.toFile().setExecutable(true)).isTrue();
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", "exec \"$0\" --version " + redirection, LAUNCHER.toString());
    builder
        .environment()
        .putAll(
            Map.of(
                "SOBRE_SHARE", directory.toString(),
                "SOBRE_JAVA", java.toString(),
                "TOLD", directory.resolve("told").toString()));
    return builder;
  }
}
