package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sobre.energy.station.OwnStation;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.message.Language;
import org.sobre.hardware.probe.SysRoot;

/** sobre-monitord. Exit statuses: docs/exit-codes.md, and 143 when stopped by SIGTERM. */
public final class Main {

  private static final int DONE = 0;
  private static final int USAGE = 2;
  private static final int SOFTWARE = 70;
  private static final int INPUT_OUTPUT = 74;
  private static final int BAD_CONFIGURATION = 78;

  private static final Logger LOG = LoggerFactory.getLogger(Main.class);

  private Main() {}

  public static void main(String[] arguments) {
    // the logs of all nodes are searched together, whatever locale systemd hands on
    Language.ENGLISH.speak();
    Options options;
    try {
      options = Options.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println("sobre-monitord: " + e.getMessage());
      System.err.print(Options.USAGE);
      System.exit(USAGE);
      return;
    }
    switch (options.kind()) {
      case HELP -> System.out.print(Options.USAGE);
      case VERSION -> System.out.println("sobre-monitord " + version());
      case RUN -> System.exit(run(options));
      case RELEASE, RESUME -> System.exit(tell(options));
    }
  }

  private static int run(Options options) {
    try {
      Settings settings = Settings.load(options.config());
      return options.own() ? runForUser(settings) : runForNode(settings);
    } catch (ConfigurationException e) {
      e.problems().forEach(problem -> System.err.println("sobre-monitord: " + problem));
      return BAD_CONFIGURATION;
    } catch (IOException e) {
      LOG.error("{}", e.toString());
      return INPUT_OUTPUT;
    } catch (RuntimeException e) {
      LOG.error("a defect of Sobre, please report it", e);
      return SOFTWARE;
    }
  }

  /** To the daemon that runs. */
  private static int tell(Options options) {
    try {
      Path socket =
          options.own()
              ? OwnStation.ofThisUser().socket()
              : SysRoot.machine().run().resolve("sobre/job.sock");
      ReleaseCommand command = new ReleaseCommand(socket);
      return options.kind() == Options.Kind.RELEASE
          ? command.release(options.releaseFor())
          : command.resume();
    } catch (IOException e) {
      LOG.error("{}", e.toString());
      return INPUT_OUTPUT;
    }
  }

  private static int runForNode(Settings settings) throws IOException {
    new Daemon(settings).runForNode();
    return DONE;
  }

  private static int runForUser(Settings settings) throws IOException {
    if (!settings.isStation()) {
      System.err.println(
          "sobre-monitord: --own is for a machine without Slurm, and slurm.controller is set here:"
              + " on a node of a cluster the node's own daemon measures");
      return BAD_CONFIGURATION;
    }
    new Daemon(settings).runForUser(OwnStation.ofThisUser());
    return DONE;
  }

  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
