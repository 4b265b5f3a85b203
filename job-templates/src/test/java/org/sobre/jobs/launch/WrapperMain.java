package org.sobre.jobs.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;

/**
 * The smallest wrapper, to be run in a JVM of its own: signals, standard input and exit statuses
 * cannot be tried on the JVM of the tests.
 */
final class WrapperMain {

  /** Names the file that what is known of the child is written to; none without. */
  static final String RESULT = "WRAPPER_RESULT";

  private WrapperMain() {}

  public static void main(String[] command) throws IOException {
    Map<String, String> environment = new HashMap<>(System.getenv());
    String file = environment.remove(RESULT);
    ChildProcess.Result result =
        new ChildProcess(SignalRelay.forThisProcess(environment))
            .run(List.of(command), environment);
    if (!result.detail().isEmpty()) {
      System.err.println(result.detail());
    }
    if (file != null) {
      write(Path.of(file), result);
    }
    System.exit(result.status());
  }

  private static void write(Path file, ChildProcess.Result result) throws IOException {
    Properties facts = new Properties();
    facts.setProperty("stdout", result.stdout().text());
    facts.setProperty("stderr", result.stderr().text());
    result.items().ifPresent(items -> facts.setProperty("items", String.valueOf(items)));
    facts.setProperty("signals", String.join(" ", new TreeSet<>(result.signals())));
    result
        .stdout()
        .loaded()
        .ifPresent(after -> facts.setProperty("loadedMs", String.valueOf(after.toMillis())));
    facts.setProperty("peakKiB", peak());
    try (var out = Files.newBufferedWriter(file)) {
      facts.store(out, null);
    }
  }

  /** The most memory that this process ever had: proc(5), VmHWM. */
  private static String peak() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("VmHWM:"))
        .map(line -> line.replaceAll("\\D", ""))
        .findFirst()
        .orElse("0");
  }
}
