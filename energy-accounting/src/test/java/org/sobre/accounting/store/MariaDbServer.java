package org.sobre.accounting.store;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A MariaDB server of a test's own, in a directory of its own, on a port of its own. */
public final class MariaDbServer implements AutoCloseable {

  private static final String USER = "root";
  private static final Duration DEADLINE = Duration.ofMinutes(3);

  private final List<String> command;
  private final Path log;
  private final int port;
  private Process process;

  private MariaDbServer(List<String> command, Path log, int port) throws IOException {
    this.command = List.copyOf(command);
    this.log = log;
    this.port = port;
    this.process = run(command, log);
  }

  /** Ends it as a power cut would. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Stops it in mid-run: its sockets stay open. */
  public void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  public void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    if (new ProcessBuilder("kill", "-" + name, pid).start().waitFor() != 0) {
      throw new IOException("kill -" + name + " " + pid);
    }
  }

  public boolean isUp() {
    return process.isAlive();
  }

  /** Starts it on the same data, and waits until it answers. */
  public void restart() throws IOException {
    process = run(command, log);
    Awaitility.await().atMost(DEADLINE).until(this::answers);
  }

  /** Whether Debian's package is here. */
  public static boolean isInstalled() {
    return program("mariadbd").isPresent() && program("mariadb-install-db").isPresent();
  }

  private static Optional<Path> program(String name) {
    return Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)), Stream.of("/usr/sbin"))
        .map(directory -> Path.of(directory, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  public static MariaDbServer start(Path directory) throws IOException, InterruptedException {
    Path data = directory.resolve("data");
    Path log = directory.resolve("log");
    List<String> common =
        List.of("--no-defaults", "--datadir=" + data, "--user=" + System.getProperty("user.name"));
    List<String> install = new ArrayList<>();
    install.add(program("mariadb-install-db").orElseThrow().toString());
    install.addAll(common);
    install.add("--auth-root-authentication-method=normal");
    Process installed = run(install, log);
    if (!installed.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS) || installed.exitValue() != 0) {
      throw new IOException("mariadb-install-db: " + Files.readString(log));
    }
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> serve = new ArrayList<>();
    serve.add(program("mariadbd").orElseThrow().toString());
    serve.addAll(common);
    serve.addAll(
        List.of(
            "--bind-address=127.0.0.1",
            "--port=" + port,
            "--socket=" + directory.resolve("s"),
            "--pid-file=" + directory.resolve("pid")));
    MariaDbServer server = new MariaDbServer(serve, log, port);
    Awaitility.await().atMost(DEADLINE).until(server::answers);
    return server;
  }

  private static Process run(List<String> command, Path log) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  private boolean answers() {
    if (!process.isAlive()) {
      throw new IllegalStateException("mariadbd ended with " + process.exitValue());
    }
    try (Connection connection = connect("")) {
      return connection.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), USER, "");
  }

  String url(String database) {
    return StoreConfig.MARIADB + "127.0.0.1:" + port + "/" + database;
  }

  /** A new database. */
  public void create(String database) throws SQLException {
    try (Connection connection = connect("");
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + database);
    }
  }

  /** Runs statements as they are, each stored at once. */
  public void run(String database, List<String> statements) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The statements of each migration, as this server is told them. */
  public List<List<String>> migrations() throws IOException {
    List<List<String>> migrations = new ArrayList<>();
    for (String name : List.of("001-ledger.sql", "002-slurm-job.sql")) {
      try (InputStream in = requireNonNull(AccountingStore.class.getResourceAsStream(name), name)) {
        String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        String sql = new MariaDbDialect("", Optional.empty(), "").schema(text);
        migrations.add(Stream.of(sql.split(";\\s*\\n", -1)).filter(one -> !one.isBlank()).toList());
      }
    }
    return migrations;
  }

  public AccountingStore open(String database) throws StoreException {
    return AccountingStore.open(
        new StoreConfig(url(database), new StoreLogin(Optional.of(USER), Optional.empty())));
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
