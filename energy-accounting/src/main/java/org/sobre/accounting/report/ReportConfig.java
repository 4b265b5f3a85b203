package org.sobre.accounting.report;

import org.sobre.hardware.config.YamlSection;

/**
 * The section {@code report} of sobre.yaml.
 *
 * @param minJobs that a model of GPU needs to be ranked among others; default 5
 */
public record ReportConfig(int minJobs) {

  private static final int DEFAULT_MIN_JOBS = 5;
  private static final int MOST = 100_000;

  public static ReportConfig from(YamlSection section) {
    ReportConfig config =
        new ReportConfig(
            Math.toIntExact(section.integer("minJobs", 1, MOST).orElse(DEFAULT_MIN_JOBS)));
    section.refuseUnknownKeys();
    return config;
  }
}
