package org.sobre.it.lab;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A running cluster, through the commands of {@code integration-tests/lab/lab}. Its logs and its
 * ledger are in {@code target/NAME} when it is down.
 */
public final class Lab implements AutoCloseable {

  private static final Duration DEADLINE = Duration.ofSeconds(90);
  private static final List<String> UNFINISHED =
      List.of("", "PENDING", "RUNNING", "COMPLETING", "SUSPENDED", "REQUEUED");

  private final Path command;
  private final String name;
  private final Path directory;

  private Lab(Path command, String name) {
    this.command = command;
    this.name = name;
    this.directory = Path.of(System.getProperty("java.io.tmpdir"), "sobre-it-" + name);
  }

  /**
   * Brings a cluster up; it goes down with this JVM at the latest.
   *
   * @param name of its directory, and of that under {@code target} which gets what it leaves behind
   * @param options of {@code lab up}
   */
  public static Lab up(String name, Path stage, String... options) {
    Path command = Path.of(System.getProperty("sobre.lab", "lab/lab")).toAbsolutePath();
    Lab lab = new Lab(command, name);
    String owner = Long.toString(ProcessHandle.current().pid());
    lab.run(join(List.of("up", stage.toString(), "--owner", owner), options)).text();
    return lab;
  }

  @Override
  public void close() {
    run(List.of("down", "--keep-log", Path.of("target", name).toAbsolutePath().toString()));
  }

  /** Runs a command on the controller as {@code root} or one of the labs' people. */
  public Result exec(String user, String... words) {
    return run(join(List.of("exec", user, "--"), words));
  }

  /** Runs a command on a node as root. */
  public Result on(String node, String... words) {
    return run(join(List.of("on", node, "--"), words));
  }

  /** Runs a command on a node as one of the labs' people. */
  public Result onAs(String node, String user, String... words) {
    return run(join(List.of("on", node, "--user", user, "--"), words));
  }

  /** A subcommand of the lab itself: {@code daemon kill9 gpu1}, {@code energy}. */
  public Result control(String... words) {
    return run(List.of(words));
  }

  /**
   * Changes a file of the controller, by a word for sed. In place: a new file under the name would
   * take a bind mount's own away from a node.
   */
  public void edit(String file, String word) {
    String script = "new=$(sed \"$1\" \"$2\") && printf '%s\\n' \"$new\" > \"$2\"";
    exec("root", "sh", "-c", script, "sh", word, file).text();
  }

  /** Submits a batch job whose script is this one shell command; gives its id. */
  public String sbatch(String user, String script, String... options) {
    return trySbatch(user, script, options).text();
  }

  /** As {@link #sbatch}, where Slurm may refuse: its output is the job's id. */
  public Result trySbatch(String user, String script, String... options) {
    List<String> words = new ArrayList<>(List.of("sbatch", "--parsable", "-o", "%j.out"));
    words.addAll(List.of(options));
    words.addAll(List.of("--wrap", script));
    return exec(user, words.toArray(String[]::new));
  }

  /** Waits until the job has ended; gives what sacct says of it. */
  public JobRecord awaitEnd(String job, Duration atMost) {
    return awaitEnds(job, atMost).get(0);
  }

  /** As {@link #awaitEnd}, for each task where the job is an array. */
  public List<JobRecord> awaitEnds(String job, Duration atMost) {
    return await("job " + job + " to end")
        .atMost(atMost)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> accounting(job),
            found ->
                !found.isEmpty()
                    && found.stream().noneMatch(end -> UNFINISHED.contains(end.state())));
  }

  /** Waits until the job runs. */
  public void awaitStart(String job) {
    await("job " + job + " to start")
        .atMost(Duration.ofSeconds(60))
        .until(() -> exec("root", "squeue", "-h", "-j", job, "-o", "%T").text(), "RUNNING"::equals);
  }

  /**
   * Waits until the prolog of the job's first start has told of it on this node: to Slurm a job
   * runs before that.
   */
  public void awaitBegin(String node, String job) {
    await("the prolog of job " + job + " on " + node)
        .atMost(Duration.ofSeconds(60))
        .until(() -> on(node, "ls", "/run/sobre/jobs").output().contains(job + ".0.begin"));
  }

  /** From begin to end as Slurm has it, in whole seconds, of a job that has ended. */
  public Duration elapsed(String job) {
    // one element of an array has the array's own number, by which all are found
    return exec("root", "sacct", "-X", "-n", "-P", "-o", "JobIDRaw,ElapsedRaw", "-j", job)
        .text()
        .lines()
        .map(row -> row.split("\\|", -1))
        .filter(cells -> cells[0].equals(job))
        .map(cells -> Duration.ofSeconds(Long.parseLong(cells[1])))
        .findFirst()
        .orElseThrow();
  }

  /** Waits until Slurm's record of the node says all of this; gives the record. */
  public String awaitNode(String node, String... words) {
    return await("Slurm's record of " + node + " to say " + List.of(words))
        .atMost(Duration.ofSeconds(75))
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> exec("root", "scontrol", "show", "node", node).output(),
            record -> Stream.of(words).allMatch(record::contains));
  }

  /** A unit of the node as systemd would start or stop it. */
  public Result unit(String node, String action, String unit) {
    return on(node, "/run/lab/bin/unit", action, unit);
  }

  /** Waits until the nodes' daemons are at work: until a job of a moment has its line on each. */
  public void awaitDaemon(String... nodes) {
    List<Integer> before = countsOfJobLines(nodes);
    String list = String.join(",", nodes);
    exec("alice", "srun", "-Q", "-w", list, "-N" + nodes.length, "true").text();
    await("the daemons of " + list + " to write a job's line")
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              List<Integer> now = countsOfJobLines(nodes);
              return IntStream.range(0, now.size()).allMatch(n -> now.get(n) > before.get(n));
            });
  }

  private List<Integer> countsOfJobLines(String... nodes) {
    return Stream.of(nodes).map(node -> ledger(node, "job").size()).toList();
  }

  /** Waits for the job's line of this node; refuses two. */
  public Map<String, Object> awaitJobLine(String node, String job) {
    await("a line of job " + job + " on " + node)
        .atMost(Duration.ofSeconds(30))
        .until(() -> !jobLines(node, job).isEmpty());
    List<Map<String, Object>> lines = jobLines(node, job);
    if (lines.size() > 1) {
      throw new AssertionError(
          "job " + job + " has " + lines.size() + " lines on " + node + ": " + lines);
    }
    return lines.get(0);
  }

  /** The lines of one job on one node, by its id in Slurm. */
  public List<Map<String, Object>> jobLines(String node, String job) {
    return ledger(node, "job").stream()
        .filter(line -> job.equals(String.valueOf(LedgerLines.object(line, "job").get("id"))))
        .toList();
  }

  private List<JobRecord> accounting(String job) {
    return exec("root", "sacct", "-X", "-n", "-P", "-o", "State,ExitCode", "-j", job)
        .text()
        .lines()
        .map(row -> row.split("\\|", -1))
        // "CANCELLED by 0" names who; the state is the first word
        .map(cells -> new JobRecord(cells[0].split(" ", 2)[0], cells[1]))
        .toList();
  }

  /** What the job wrote, in its user's home. */
  public String output(String user, String job) {
    return read(directory.resolve("home").resolve(user).resolve(job + ".out"));
  }

  /** The cluster's ledger lines of one kind and node, oldest file first. */
  public List<Map<String, Object>> ledger(String node, String kind) {
    return lines("/srv/sobre/ledger").of(node, kind);
  }

  /** A ledger under /srv or /home, which all machines of the lab share. */
  public LedgerLines lines(String ledger) {
    return new LedgerLines(path(ledger));
  }

  /** A ledger on a machine's own disk. */
  public LedgerLines linesOn(String node, String ledger) {
    String copy = "/srv/copies/" + node;
    exec("root", "mkdir", "-p", copy).text();
    on(node, "cp", "-r", ledger + "/.", copy).text();
    return lines(copy);
  }

  /** A path under /srv or /home, as this machine has it. */
  public Path path(String inTheLab) {
    return directory.resolve(inTheLab.substring(1));
  }

  /** What a machine that boots an image finds in it from its next boot on, and no other does. */
  public Path layer(String node) {
    return directory.resolve("nodes").resolve(node).resolve("layer");
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> join(List<String> first, String... rest) {
    return Stream.concat(first.stream(), Stream.of(rest)).toList();
  }

  private Result run(List<String> words) {
    return Command.run(
        join(List.of(command.toString()), words.toArray(String[]::new)),
        Map.of("LAB", directory.toString()),
        DEADLINE);
  }
}
