package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.cli.watch.DaemonWatch;
import org.sobre.cli.watch.KeptLook;
import org.sobre.cli.watch.NodeWatch;
import org.sobre.cli.watch.OwnMeters;
import org.sobre.cli.watch.TrafficMeter;
import org.sobre.cli.watch.WatchFormat;
import org.sobre.cli.watch.WatchJson;
import org.sobre.cli.watch.WatchLines;
import org.sobre.cli.watch.WatchLoop;
import org.sobre.energy.meter.KernelUptimeClock;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.probe.SysRoot;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code sobre watch}: this node, live. */
@Command(
    name = "watch",
    description = {
      "Show this node live: load, memory, watts and temperature of each GPU, whose job it has, watts"
          + " of the CPUs, bytes of disks and network.",
      "From sobre-monitord where it answers, which knows whose job it is; else by itself.",
      "Stays in place on a terminal; elsewhere, and with TERM=dumb, a line a device and look."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:as many looks as --count said, or left with q",
      "69:there is no device that can be metered",
      "130:ended with Ctrl-C"
    },
    footerHeading = "%nExamples:%n",
    footer = {"  sobre watch", "  sobre watch --interval 5s --count 12 --format json >looks.jsonl"})
final class WatchCommand implements Callable<Integer> {

  /** How a look is written. */
  enum Format {
    table,
    lines,
    json
  }

  private static final Messages MESSAGES = Messages.of(WatchCommand.class);
  private static final Pattern INTERVAL = Pattern.compile("(\\d{1,4})(s|min)");
  private static final Duration LONGEST = Duration.ofHours(1);

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "Between two looks: 1s, 5s, 1min; by default ${DEFAULT-VALUE}.")
  private String interval = "1s";

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Look so many times, then end; the last look stays on the terminal.")
  private @Nullable Long count;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  @ParentCommand private @Nullable SobreCommand sobre;
  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException, ConfigurationException, InterruptedException {
    Duration pace = pace();
    if (count != null && count < 1) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("watch.count", count));
    }
    SobreConfig config = requireNonNull(sobre).loadConfig();
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    MetersConfig meters = MetersConfig.from(config.meters());
    config.problems().refuseIfAny();
    ZoneId zone = config.timeZone().orElseGet(ZoneId::systemDefault);
    int devices;
    try (NodeWatch watch = new DaemonWatch(DaemonSockets.all(), () -> own(discovery, meters))) {
      devices = watch(watch, zone, pace);
    }
    if (devices == 0) {
      throw new Failure(ExitCode.UNAVAILABLE, MESSAGES.text("watch.nothing"));
    }
    return ExitCode.DONE;
  }

  private int watch(NodeWatch watch, ZoneId zone, Duration pace)
      throws IOException, InterruptedException {
    CommandLine line = requireNonNull(spec).commandLine();
    if (format == Format.table && StandardStream.OUTPUT.isScreen()) {
      return live(watch, zone, pace, line.getOut());
    }
    WatchFormat written = format == Format.json ? new WatchJson() : new WatchLines(zone);
    return run(
        watch, written, pace, WatchLoop.Pace.MACHINE, line.getOut(), line.getErr(), () -> false);
  }

  /** What was counted out leaves its last look where the prompt comes back. */
  private int live(NodeWatch watch, ZoneId zone, Duration pace, PrintWriter out)
      throws IOException, InterruptedException {
    KeptLook kept;
    int devices;
    boolean isLeft;
    try (LiveScreen screen = LiveScreen.open(out, zone)) {
      kept = new KeptLook(screen.format(), new WatchLines(zone));
      // notes stand on the screen
      PrintWriter unsaid = new PrintWriter(Writer.nullWriter());
      devices = run(watch, kept, pace, screen.pace(), screen.writer(), unsaid, screen::isLeft);
      isLeft = screen.isLeft();
    }
    if (count != null && !isLeft) {
      out.print(kept.last());
      out.flush();
    }
    return devices;
  }

  private int run(
      NodeWatch watch,
      WatchFormat written,
      Duration pace,
      WatchLoop.Pace time,
      PrintWriter out,
      PrintWriter err,
      BooleanSupplier left)
      throws IOException, InterruptedException {
    SysRoot machine = SysRoot.machine();
    TrafficMeter traffic =
        new TrafficMeter(machine, new KernelUptimeClock(machine, Clock.systemUTC()));
    return new WatchLoop(watch, traffic::look, written, Clock.systemUTC(), time, out, err)
        .run(
            pace,
            count == null ? OptionalLong.empty() : OptionalLong.of(count),
            () -> left.getAsBoolean() || System.out.checkError());
  }

  private static NodeWatch own(DiscoveryConfig discovery, MetersConfig meters) {
    try {
      return OwnMeters.open(discovery, meters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Duration pace() {
    Matcher m = INTERVAL.matcher(interval);
    Duration pace = Duration.ZERO;
    if (m.matches()) {
      long amount = Long.parseLong(m.group(1));
      pace = m.group(2).equals("s") ? Duration.ofSeconds(amount) : Duration.ofMinutes(amount);
    }
    if (pace.isZero() || pace.compareTo(LONGEST) > 0) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("watch.interval", interval));
    }
    return pace;
  }
}
