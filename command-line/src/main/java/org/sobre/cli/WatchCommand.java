package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.cli.watch.DaemonWatch;
import org.sobre.cli.watch.NodeWatch;
import org.sobre.cli.watch.OwnMeters;
import org.sobre.cli.watch.WatchFormat;
import org.sobre.cli.watch.WatchJson;
import org.sobre.cli.watch.WatchLines;
import org.sobre.cli.watch.WatchLoop;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.station.OwnStation;
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
      "Show this node live: load, memory and watts of each GPU, watts of the CPUs.",
      "From sobre-monitord where it answers, which knows whose job it is; else by itself."
    },
    mixinStandardHelpOptions = true,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:as many looks as --count said",
      "69:there is no device that can be metered",
      "130:ended with Ctrl-C"
    },
    footerHeading = "%nExamples:%n",
    footer = {"  sobre watch", "  sobre watch --interval 5s --count 12 --format json >looks.jsonl"})
final class WatchCommand implements Callable<Integer> {

  /** How a look is written. */
  enum Format {
    table,
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

  @Option(names = "--count", paramLabel = "N", description = "Look so many times, then end.")
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
    CommandLine line = requireNonNull(spec).commandLine();
    int devices;
    try (NodeWatch watch = new DaemonWatch(sockets(), () -> own(discovery, meters))) {
      devices =
          new WatchLoop(
                  watch,
                  format(config.timeZone().orElseGet(ZoneId::systemDefault)),
                  Clock.systemUTC(),
                  time -> Thread.sleep(time.toMillis()),
                  line.getOut(),
                  line.getErr())
              .run(
                  pace,
                  count == null ? OptionalLong.empty() : OptionalLong.of(count),
                  System.out::checkError);
    }
    if (devices == 0) {
      throw new Failure(ExitCode.UNAVAILABLE, MESSAGES.text("watch.nothing"));
    }
    return ExitCode.DONE;
  }

  private static List<Path> sockets() throws IOException {
    OwnStation own = OwnStation.ofThisUser();
    Path system = SysRoot.machine().run().resolve("sobre/job.sock");
    return OwnStation.isDirectoryOf(own.run(), OwnStation.uidOfThisProcess())
        ? List.of(system, own.socket())
        : List.of(system);
  }

  private static NodeWatch own(DiscoveryConfig discovery, MetersConfig meters) {
    try {
      return OwnMeters.open(discovery, meters);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private WatchFormat format(ZoneId zone) {
    return switch (format) {
      case table -> new WatchLines(zone);
      case json -> new WatchJson();
    };
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
