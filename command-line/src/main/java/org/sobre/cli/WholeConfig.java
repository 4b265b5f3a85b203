package org.sobre.cli;

import org.sobre.accounting.report.ReportConfig;
import org.sobre.accounting.store.StoreConfig;
import org.sobre.energy.ledger.LedgerConfig;
import org.sobre.energy.meter.MetersConfig;
import org.sobre.energy.meter.MetricsConfig;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.node.DiscoveryConfig;
import org.sobre.jobs.models.ModelsConfig;
import org.sobre.slurm.health.HealthConfig;
import org.sobre.slurm.node.SlurmConfig;

/** Every section of sobre.yaml, bound, so that all its problems are found whoever will use them. */
record WholeConfig(
    DiscoveryConfig discovery,
    SlurmConfig slurm,
    MetersConfig meters,
    LedgerConfig ledger,
    StoreConfig store,
    ReportConfig report,
    HealthConfig health,
    MetricsConfig metrics,
    ModelsConfig models) {

  /** What is wrong is in {@code config.problems()} afterwards. */
  static WholeConfig of(SobreConfig config) {
    return new WholeConfig(
        DiscoveryConfig.from(config.discovery()),
        SlurmConfig.from(config.slurm()),
        MetersConfig.from(config.meters()),
        LedgerConfig.from(config.ledger()),
        StoreConfig.from(config.store()),
        ReportConfig.from(config.report()),
        HealthConfig.from(config.health()),
        MetricsConfig.from(config.metrics()),
        ModelsConfig.from(config.models()));
  }
}
