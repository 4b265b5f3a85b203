package org.sobre.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.sobre.energy.ledger.BalanceLine;
import org.sobre.energy.ledger.BootLine;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.LedgerAppender;
import org.sobre.energy.ledger.LedgerDirectory;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobKey;

/** A cluster's ledger of two hours and one job, its store, and the commands that read them. */
final class SmallSite {

  static final Instant START = Instant.parse("2026-11-20T10:00:00Z");

  final Path config;
  final Path ledgerFile;
  String out = "";
  String err = "";

  SmallSite(Path root) throws IOException {
    Files.createDirectories(root);
    LedgerDirectory ledger = new LedgerDirectory(root.resolve("ledger"));
    LedgerAppender appender = LedgerAppender.open(ledger, "cbp", "n1", "aaaaaaaa-1");
    appender.append(header -> new BootLine(header, START, Optional.empty()));
    appender.append(header -> balance(header, 0));
    appender.append(header -> balance(header, 1));
    ledgerFile = ledger.fileFor("n1", "aaaaaaaa-1", START);
    config = root.resolve("sobre.yaml");
    Files.writeString(
        config,
        "schema: sobre/1\ntimeZone: UTC\nledger: {directory: "
            + ledger.root()
            + "}\nstore: {url: \"jdbc:sqlite:"
            + root.resolve("accounting.db")
            + "\"}\n");
  }

  private static BalanceLine balance(org.sobre.energy.ledger.LineHeader header, int hour) {
    Instant from = START.plusSeconds(3600L * hour);
    EnergyByQuality energy =
        EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(1_800_000_000_000L));
    return new BalanceLine(
        header,
        false,
        from,
        from.plusSeconds(3600),
        3_600_000,
        List.of(
            new BalanceLine.MeterBalance(
                new MeterId(Part.GPU, "GPU-1"),
                "nvidia-smi",
                Optional.empty(),
                3_600_000,
                energy,
                List.of(
                    new BalanceLine.JobShare(
                        new JobKey(7, 0),
                        START,
                        Optional.of("lab-vision"),
                        1001,
                        energy,
                        Optional.empty(),
                        3_600_000)),
                List.of(),
                EnergyByQuality.NONE,
                EnergyByQuality.NONE)));
  }

  int sobre(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--config");
    all.add(config.toString());
    PrintStream realOut = System.out;
    PrintStream realErr = System.err;
    ByteArrayOutputStream outBytes = new ByteArrayOutputStream();
    ByteArrayOutputStream errBytes = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(outBytes, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(errBytes, true, StandardCharsets.UTF_8));
      return Main.run(all.toArray(String[]::new));
    } finally {
      System.setOut(realOut);
      System.setErr(realErr);
      out = outBytes.toString(StandardCharsets.UTF_8);
      err = errBytes.toString(StandardCharsets.UTF_8);
    }
  }

  void cutTheSecondLine() throws IOException {
    List<String> lines = new ArrayList<>(Files.readAllLines(ledgerFile));
    lines.set(1, lines.get(1).substring(0, lines.get(1).length() / 2));
    Files.writeString(ledgerFile, String.join("\n", lines) + "\n");
  }
}
