package org.sobre.energy.meter;

import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;

/**
 * Section {@code metrics} of sobre.yaml: what the daemon tells a monitoring system. Where that
 * listens is {@code sobre-metrics.socket}'s: systemd opens the port, before any YAML is read.
 *
 * @param accounts whether it is told which account, a lab, holds how much of a GPU
 */
public record MetricsConfig(boolean accounts) {

  public static MetricsConfig from(YamlSection section) {
    boolean accounts = section.bool("accounts").orElse(false);
    section.reserved("listen", ScalarType.hostAndPort(true, "127.0.0.1:9842"));
    section.refuseUnknownKeys();
    return new MetricsConfig(accounts);
  }
}
