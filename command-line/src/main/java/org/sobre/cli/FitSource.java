package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.hardware.catalog.GpuCatalog;
import org.sobre.hardware.catalog.GpuCatalogFiles;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.gpu.Gpu;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.NodeScan;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.jobs.plan.Advice;
import org.sobre.slurm.cards.CardClass;
import org.sobre.slurm.cards.ClusterCards;
import org.sobre.slurm.cards.PublishedNodes;
import org.sobre.slurm.command.Sinfo;
import org.sobre.slurm.command.SinfoException;
import org.sobre.slurm.node.SlurmConfig;

/** Finds the cards that models are tried on: typed, of the catalogue, Slurm's or this machine's. */
final class FitSource {

  private static final Messages MESSAGES = Messages.of(FitSource.class);
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  private final SobreCommand sobre;
  private final Function<DiscoveryConfig, NodeScan> scans;
  private final ToolRunner tools;
  private final PrintWriter err;

  FitSource(
      SobreCommand sobre,
      Function<DiscoveryConfig, NodeScan> scans,
      ToolRunner tools,
      PrintWriter err) {
    this.sobre = sobre;
    this.scans = scans;
    this.tools = tools;
    this.err = err;
  }

  /**
   * What there is to try on.
   *
   * @param advice to whom it is said what to do about a card that will not do
   */
  record Cards(List<FitCard> all, Advice advice) {
    Cards {
      all = List.copyOf(all);
      requireNonNull(advice, "advice");
    }
  }

  /**
   * @throws Failure if there are none
   */
  Cards cards(FitTarget target) throws IOException, ConfigurationException {
    if (!target.isNamed()) {
      return clusterOrMachine();
    }
    List<FitCard> cards = new ArrayList<>();
    target.sizes().forEach(size -> cards.add(FitSize.card(size)));
    if (target.cluster()) {
      cards.addAll(cluster(target.models()));
    } else {
      for (String model : target.models()) {
        cards.addAll(called(model));
      }
    }
    return new Cards(cards, Advice.SLURM);
  }

  private List<FitCard> cluster(List<String> models) throws IOException, ConfigurationException {
    List<CardClass> classes;
    try {
      classes = classes();
    } catch (SinfoException e) {
      throw new Failure(ExitCode.UNAVAILABLE, "--cluster: " + silence(e));
    }
    List<FitCard> cards =
        FitCards.ofCluster(models.isEmpty() ? classes : FitCards.named(classes, models), err);
    if (cards.isEmpty()) {
      throw new Failure(
          ExitCode.UNAVAILABLE,
          models.isEmpty()
              ? MESSAGES.text("fit.cluster.none")
              : MESSAGES.text("fit.cluster.noneSuch", String.join(", ", models), types(classes)));
    }
    return cards;
  }

  private static String types(List<CardClass> classes) {
    return String.join(", ", classes.stream().map(CardClass::type).distinct().toList());
  }

  /** A model of the catalogue; what that does not know may be a type of Slurm's. */
  private List<FitCard> called(String model) throws IOException, ConfigurationException {
    GpuCatalog catalog = catalog();
    List<FitCard> known = FitCards.called(model, catalog);
    if (!known.isEmpty()) {
      return known;
    }
    try {
      List<FitCard> ofSlurm = FitCards.ofCluster(FitCards.named(classes(), List.of(model)), err);
      if (!ofSlurm.isEmpty()) {
        return ofSlurm;
      }
    } catch (SinfoException e) {
      throw FitCards.unknown(model, catalog);
    }
    throw FitCards.unknown(model, catalog);
  }

  private Cards clusterOrMachine() throws IOException, ConfigurationException {
    String why;
    boolean silent = false;
    try {
      List<FitCard> cards = FitCards.ofCluster(classes(), err);
      if (!cards.isEmpty()) {
        return new Cards(cards, Advice.SLURM);
      }
      why = MESSAGES.text("fit.cluster.none");
    } catch (SinfoException e) {
      why = silence(e);
      silent = e.kind() != SinfoException.Kind.ABSENT;
    }
    List<FitCard> cards = FitCards.ofMachine(scan());
    if (cards.isEmpty()) {
      throw new Failure(ExitCode.UNAVAILABLE, MESSAGES.text("fit.nothing", why));
    }
    if (silent) {
      err.println("sobre: " + MESSAGES.text("fit.machineInstead", why));
      err.flush();
    }
    return new Cards(cards, Advice.STATION);
  }

  private List<Gpu> scan() throws IOException, ConfigurationException {
    SobreConfig config = sobre.loadConfig();
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    config.problems().refuseIfAny();
    return scans.apply(discovery).scan().gpus();
  }

  private List<CardClass> classes() throws IOException, ConfigurationException, SinfoException {
    SobreConfig config = sobre.loadConfig();
    SlurmConfig slurm = SlurmConfig.from(config.slurm());
    LedgerConfig ledger = LedgerConfig.from(config.ledger());
    config.problems().refuseIfAny();
    PublishedNodes published = new PublishedNodes(ledger.directory());
    return new ClusterCards(published::find, catalog())
        .of(new Sinfo(tools, slurm.controller()).nodes(DEADLINE));
  }

  private static GpuCatalog catalog() {
    return GpuCatalogFiles.ofThisMachine().load().catalog();
  }

  private static String silence(SinfoException e) {
    return switch (e.kind()) {
      case ABSENT -> MESSAGES.text("fit.sinfo.absent");
      case SILENT -> MESSAGES.text("fit.sinfo.silent", DEADLINE.toSeconds());
      case REFUSED -> MESSAGES.text("fit.sinfo.refused", String.valueOf(e.getMessage()));
      case UNREADABLE -> MESSAGES.text("fit.sinfo.unreadable", String.valueOf(e.getMessage()));
    };
  }
}
