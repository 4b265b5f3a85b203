package org.sobre.it.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The real slurmctld and as many real slurmd as there are machines, through the commands of {@code
 * integration-tests/lab/fleet}. All of it ends with {@link #close}, and with this JVM at the
 * latest. Logs stay in the directory.
 */
final class FleetCluster implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofMinutes(2);
  private static final Pattern WORD = Pattern.compile("([A-Za-z]+)=(\\S*)");

  private final Path command;
  private final Path directory;

  /**
   * @param directory emptied, then everything of the cluster is in it
   */
  FleetCluster(Path directory) {
    this.directory = directory;
    // Maven runs this in integration-tests
    this.command = Path.of("lab/fleet/fleet").toAbsolutePath();
    run("down", List.of());
    run(List.of("rm", "-rf", directory.toString()));
    write("etc/cgroup.conf", "CgroupAutomount=no\nConstrainDevices=no\n");
  }

  /**
   * A machine that is not switched on yet.
   *
   * @param devices {@code PATH MAJOR MINOR}
   * @return where what it publishes of itself belongs
   */
  Path machine(String name, List<String> devices) {
    write(
        "nodes/" + name + "/devices",
        devices.stream().map(d -> d + "\n").collect(Collectors.joining()));
    return directory.resolve("nodes").resolve(name).resolve("slurm");
  }

  /** The controller's slurm.conf: what all clusters here share, and what this one adds. */
  void slurmConf(String lines) {
    write(
        "etc/slurm.conf",
        """
        ClusterName=fleet
        SlurmctldHost=ctl(10.98.0.1)
        SlurmUser=root
        AuthType=auth/munge
        StateSaveLocation=%1$s/state
        SlurmdSpoolDir=/run/slurmd
        SlurmctldPidFile=%1$s/run/slurmctld-own.pid
        SlurmdPidFile=/run/slurmd.pid
        SlurmctldDebug=info
        SlurmdDebug=info
        ReturnToService=2
        MpiDefault=none
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        SlurmctldTimeout=60
        SlurmdTimeout=60
        SchedulerParameters=bf_interval=5,sched_interval=5
        PartitionName=main Nodes=ALL Default=YES OverSubscribe=FORCE:16
        """
                .formatted(directory)
            + lines);
  }

  void gresConf(String text) {
    write("etc/gres.conf", text);
  }

  /** A file beside slurm.conf. */
  Path etc(String name) {
    return directory.resolve("etc").resolve(name);
  }

  void write(String path, String text) {
    try {
      Path file = directory.resolve(path);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void up() {
    run("up", List.of("--owner", Long.toString(ProcessHandle.current().pid())));
  }

  void start(String... names) {
    run("start", List.of(names));
  }

  void stop(String... names) {
    run("stop", List.of(names));
  }

  /** {@code start} or {@code stop}. */
  void controller(String action) {
    run("controller", List.of(action));
  }

  /** On the controller; the command must succeed. */
  String exec(String... words) {
    return run("exec", List.of(words));
  }

  /** On the controller, whatever comes of it: standard output and error. */
  String tryExec(String... words) {
    return attempt(commandLine("exec", List.of(words))).text();
  }

  /** MiB of slurmctld, MiB of all slurmd, how many slurmd. */
  List<Integer> memory() {
    return List.of(run("memory", List.of()).strip().split(" ", -1)).stream()
        .map(Integer::valueOf)
        .toList();
  }

  /** The words of each node's record, by node. */
  Map<String, Map<String, String>> nodes() {
    Map<String, Map<String, String>> nodes = new TreeMap<>();
    for (String line : exec("scontrol", "show", "node", "-o").lines().toList()) {
      Map<String, String> words = new TreeMap<>();
      Matcher word = WORD.matcher(line);
      while (word.find()) {
        words.putIfAbsent(word.group(1), word.group(2));
      }
      nodes.put(words.getOrDefault("NodeName", line), words);
    }
    return nodes;
  }

  /** How many nodes are idle, and nothing else. */
  long idle() {
    return tryExec("sinfo", "-h", "-N", "-o", "%N %T")
        .lines()
        .filter(line -> line.endsWith(" idle"))
        .distinct()
        .count();
  }

  Path log(String name) {
    return directory.resolve("log").resolve(name + ".log");
  }

  @Override
  public void close() {
    run("down", List.of());
  }

  private String run(String action, List<String> words) {
    return run(commandLine(action, words));
  }

  private List<String> commandLine(String action, List<String> words) {
    List<String> line = new ArrayList<>(List.of(command.toString(), action, directory.toString()));
    line.addAll(words);
    return line;
  }

  private static String run(List<String> line) {
    Ended ended = attempt(line);
    assertThat(ended.status()).as("%s%n%s", line, ended.text()).isZero();
    return ended.text();
  }

  private record Ended(int status, String text) {}

  private static Ended attempt(List<String> line) {
    try {
      Path output = Files.createTempFile("fleet", ".out");
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .redirectInput(Path.of("/dev/null").toFile())
              .start();
      if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(line + " took over " + DEADLINE + "\n" + Files.readString(output));
      }
      Ended ended = new Ended(process.exitValue(), Files.readString(output));
      Files.delete(output);
      return ended;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
