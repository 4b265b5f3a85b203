package org.sobre.daemon;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.MetricsConfig;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.hardware.node.HostName;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.health.HealthConfig;
import org.sobre.slurm.node.SlurmConfig;

/**
 * What the daemon needs of sobre.yaml.
 *
 * @param operators the Unix group whose members may see others' jobs
 */
record Settings(
    Optional<String> cluster,
    MetersConfig meters,
    LedgerConfig ledger,
    DiscoveryConfig discovery,
    SlurmConfig slurm,
    HealthConfig health,
    MetricsConfig metrics,
    Optional<String> operators) {

  /** In the ledger, of a machine of no cluster. */
  private static final String STATION = "station";

  private static final String UNNAMED = "cluster";

  Settings {
    requireNonNull(cluster, "cluster");
    requireNonNull(meters, "meters");
    requireNonNull(ledger, "ledger");
    requireNonNull(discovery, "discovery");
    requireNonNull(slurm, "slurm");
    requireNonNull(health, "health");
    requireNonNull(metrics, "metrics");
    requireNonNull(operators, "operators");
  }

  /**
   * @throws ConfigurationException with all problems at once
   */
  static Settings load(Optional<Path> file) throws IOException, ConfigurationException {
    SobreConfig config = SobreConfig.load(file, HostName.of(SysRoot.machine()));
    Settings settings =
        new Settings(
            config.cluster(),
            MetersConfig.from(config.meters()),
            LedgerConfig.from(config.ledger()),
            DiscoveryConfig.from(config.discovery()),
            SlurmConfig.from(config.slurm()),
            HealthConfig.from(config.health()),
            MetricsConfig.from(config.metrics()),
            config.operators());
    config.problems().refuseIfAny();
    return settings;
  }

  /** A machine without Slurm. */
  boolean isStation() {
    return slurm.controller().isEmpty();
  }

  String clusterName() {
    return cluster.orElse(isStation() ? STATION : UNNAMED);
  }
}
