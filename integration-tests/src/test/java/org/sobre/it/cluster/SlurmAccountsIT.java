package org.sobre.it.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.jr.ob.JSON;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.sobre.it.lab.Lab;
import org.sobre.it.lab.LedgerLines;
import org.sobre.it.lab.RealCluster;
import org.sobre.it.lab.Result;

/**
 * The ledger beside the accounts of the real slurmdbd: jobs that both have, one that Slurm alone
 * has, and what jobs drew in sacct. And the same reports out of the real MariaDB.
 */
@RealCluster
@Order(19)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SlurmAccountsIT {

  private static final String NODE = "gpu1";
  private static final String SILENT = "cpu1";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String CONFIG = "/etc/sobre/sobre.yaml";
  private static final String FOREIGN = "paid by grant 7";

  private final Lab lab;
  private final List<String> covered = new ArrayList<>();
  private String array = "";
  private String hetjob = "";
  private String foreign = "";
  private String uncovered = "";

  SlurmAccountsIT(Lab lab) {
    this.lab = lab;
  }

  @BeforeAll
  void runJobs() {
    lab.awaitDaemon(NODE, SILENT);
    array = lab.sbatch("alice", "sleep 2", "--nodelist=" + NODE, "--array=1-2", "--gres=gpu:1");
    foreign = lab.sbatch("bob", "sleep 2", "--nodelist=" + NODE);
    hetjob =
        lab.exec(
                "alice",
                "sbatch",
                "--parsable",
                "--output=%j.out",
                "--ntasks=1",
                "--nodelist=" + NODE,
                ":",
                "--ntasks=1",
                "--nodelist=" + SILENT,
                "--wrap=srun --het-group=0,1 sleep 2")
            .text();
    String requeued = lab.sbatch("bob", "sleep 300", "--nodelist=" + NODE, "--requeue");
    lab.awaitBegin(NODE, requeued);
    lab.exec("root", "scontrol", "requeue", requeued).text();
    lab.awaitEnds(array, PATIENCE);
    lab.awaitEnd(foreign, PATIENCE);
    lab.awaitEnds(hetjob, PATIENCE);
    lab.awaitJobLine(NODE, requeued);
    lab.exec("root", "scancel", requeued).text();
    covered.addAll(ids(array));
    covered.addAll(ids(hetjob));
    covered.addAll(List.of(foreign, requeued));
    covered.forEach(
        job -> await("a line of job " + job).atMost(PATIENCE).until(() -> hasLine(job)));
    runUnseen();
  }

  /** A node whose daemon is away for the whole job, and on which nothing is left of it. */
  private void runUnseen() {
    lab.control("daemon", "stop", SILENT).text();
    uncovered = lab.sbatch("carol", "sleep 3", "--nodelist=" + SILENT);
    lab.awaitEnd(uncovered, PATIENCE);
    await("the epilog")
        .atMost(PATIENCE)
        .until(
            () -> lab.on(SILENT, "ls", "/run/sobre/jobs").output().contains(uncovered + ".0.end"));
    lab.on(SILENT, "sh", "-c", "rm /run/sobre/jobs/" + uncovered + ".*").text();
    lab.control("daemon", "start", SILENT).text();
    lab.awaitDaemon(SILENT);
  }

  @AfterAll
  void switchOff() {
    lab.edit(CONFIG, "s/, comments: true//");
  }

  private boolean hasLine(String job) {
    return !lab.jobLines(NODE, job).isEmpty() || !lab.jobLines(SILENT, job).isEmpty();
  }

  /** The numbers that hooks are told, of each task or component. */
  private List<String> ids(String job) {
    return lab.exec("root", "sacct", "-X", "-n", "-P", "-o", "JobIDRaw", "-j", job)
        .text()
        .lines()
        .toList();
  }

  private Map<String, Object> report(String by) throws IOException {
    return JSON.std.mapFrom(
        lab.exec("root", "sobre", "report", "--by", by, "--format", "json").text());
  }

  @Test
  @Order(1)
  void aJobThatSlurmAloneKnowsIsUncovered() {
    // a job of less than a minute ago may have its line on the way
    await("the unseen job to be counted")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofSeconds(10))
        .untilAsserted(
            () -> {
              Result ingest = lab.exec("root", "sobre", "ledger", "ingest");
              assertThat(ingest.text()).contains("Slurm's jobs, as of");
              assertThat(ingest.error()).isEmpty();
              assertThat(LedgerLines.objects(uncovered("user"), "rows"))
                  .anySatisfy(row -> assertThat(row).containsEntry("user", "carol"));
            });
    assertThat(lab.exec("root", "sobre", "report").text())
        .contains("that Slurm knows and not every node's ledger has: uncovered, not zero");
    Result job = lab.exec("root", "sobre", "job", uncovered);
    assertThat(job.exitCode()).isEqualTo(65);
    assertThat(job.error()).contains("Slurm has it (carol of", "COMPLETED", "not zero");
  }

  private Map<String, Object> uncovered(String by) throws IOException {
    return LedgerLines.object(report(by), "uncovered");
  }

  @Test
  @Order(2)
  void arraysHetjobsAndRequeuesAreCovered() throws SQLException {
    for (String job : covered) {
      Result shown = lab.exec("root", "sobre", "job", job);
      assertThat(shown.exitCode()).as(shown.error()).isZero();
      String starts =
          "select count(*) from slurm_job where start_s is not null and covered = 0 and slurm_job="
              + job;
      assertThat(sqlite(starts)).as("starts of job %s that are not covered", job).isEqualTo("0");
    }
    assertThat(sqlite("select count(*) from slurm_account where parent = 'root'"))
        .isNotEqualTo("0");
  }

  /** A copy of the database as another program sees it. */
  private String sqlite(String query) throws SQLException {
    lab.exec("root", "cp", "/var/lib/sobre/accounting.db", "/srv/copy.db").text();
    try (Connection copy = DriverManager.getConnection("jdbc:sqlite:" + lab.path("/srv/copy.db"));
        Statement statement = copy.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.getString(1);
    }
  }

  @Test
  @Order(3)
  void whatJobsDrewStandsInSacct() {
    lab.exec(
            "root",
            "sacctmgr",
            "-i",
            "modify",
            "job",
            "where",
            "jobid=" + foreign,
            "set",
            "AdminComment=" + FOREIGN)
        .text();
    lab.edit(CONFIG, "s/\"ctl:6817\"}/\"ctl:6817\", comments: true}/");
    lab.exec("root", "sobre", "ledger", "ingest").text();
    String state = "/var/lib/sobre-comment";
    lab.exec("root", "install", "-d", "-o", "slurm", state).text();
    assertThat(comment(state)).startsWith("comments written: ").doesNotContain("written: 0");

    assertThat(comments(array)).hasSize(2).allSatisfy(SlurmAccountsIT::isOurs);
    assertThat(comments(array).get(0)).isNotEqualTo(comments(array).get(1));
    assertThat(comments(hetjob)).hasSize(2).allSatisfy(SlurmAccountsIT::isOurs);
    assertThat(comments(foreign)).containsExactly(FOREIGN);
    assertThat(comments(uncovered)).as("nothing is known of it").containsExactly("");
    // sixty at a time, and other tests' jobs are there too
    await("nothing to be written twice")
        .atMost(Duration.ofMinutes(5))
        .until(() -> comment(state).startsWith("comments written: 0"));
  }

  private static void isOurs(String comment) {
    assertThat(comment)
        .matches("sobre:(wh=\\d+\\.\\d{3} kwh=\\d+\\.\\d{6}.*|energy=unknown.*) nodes=1");
  }

  /** As the unit does it: SlurmUser, with the group that reads the list. */
  private String comment(String state) {
    return lab.exec(
            "root",
            "env",
            "--chdir=/",
            "setpriv",
            "--reuid=slurm",
            "--regid=slurm",
            "--groups=adm",
            "sobre",
            "ledger",
            "comment",
            "--state",
            state)
        .text();
  }

  private List<String> comments(String job) {
    return List.of(
        lab.exec("root", "sacct", "-X", "-n", "-P", "-o", "AdminComment", "-j", job)
            .output()
            .replaceFirst("\n$", "")
            .split("\n", -1));
  }

  @Test
  @Order(4)
  void theRealMariaDbGivesTheSameBytes() throws IOException {
    sql("create database sobre character set utf8mb4");
    sql("create user sobre@localhost identified by 'a long password'");
    sql(
        "grant select, insert, update, delete, create, drop, alter, index on sobre.*"
            + " to sobre@localhost");
    Files.writeString(lab.path("/srv/store.password"), "a long password\n");
    lab.exec("root", "chmod", "0640", "/srv/store.password").text();
    Files.writeString(
        lab.path("/srv/mariadb.yaml"),
        "schema: sobre/1\ncluster: lab\ntimeZone: Europe/Paris\nslurm: {controller: \"ctl:6817\"}\n"
            + "ledger: {directory: /srv/sobre/ledger}\n"
            + "store: {url: \"jdbc:mariadb://127.0.0.1/sobre\", user: sobre,"
            + " passwordFile: /srv/store.password}\n");
    lab.exec("root", "sobre", "--config", "/srv/mariadb.yaml", "ledger", "ingest").text();
    lab.exec("root", "sobre", "ledger", "ingest").text();
    for (String by : List.of("lab", "user,gpu", "month,lab", "node")) {
      assertThat(csv(List.of("sobre", "--config", "/srv/mariadb.yaml"), by))
          .isEqualTo(csv(List.of("sobre"), by));
    }
    lab.exec("root", "chmod", "0644", "/srv/store.password").text();
    Result open =
        lab.exec("root", "sobre", "--config", "/srv/mariadb.yaml", "report", "--no-ingest");
    assertThat(open.exitCode()).isEqualTo(74);
    assertThat(open.error()).contains("/srv/store.password").doesNotContain("a long password");
  }

  private void sql(String statement) {
    lab.exec("root", "mariadb", "--no-defaults", "-S", "/run/mysqld/mysqld.sock", "-e", statement)
        .text();
  }

  private String csv(List<String> command, String by) {
    List<String> words = new ArrayList<>(command);
    words.addAll(
        List.of("report", "--no-ingest", "--by", by, "--until", "2099-01-01", "--format", "csv"));
    return lab.exec("root", words.toArray(String[]::new)).text();
  }
}
