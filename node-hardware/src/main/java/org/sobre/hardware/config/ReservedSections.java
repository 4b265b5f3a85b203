package org.sobre.hardware.config;

import java.util.List;

/**
 * Sections whose function comes with a later version. They are checked already, so that a site can
 * write them once and a slip in them shows at once.
 */
final class ReservedSections {

  private static final long MOST_HEAT_MINUTES = 1440;

  private ReservedSections() {}

  static void check(YamlSection top) {
    YamlSection health = top.section("health");
    health.reserved("policy", ScalarType.oneOf(List.of("drain", "off")));
    health.reserved("heatMinutes", ScalarType.wholeNumber(1, MOST_HEAT_MINUTES));
    health.refuseUnknownKeys();
    YamlSection metrics = top.section("metrics");
    metrics.reserved("listen", ScalarType.hostAndPort(true, "127.0.0.1:9842"));
    metrics.refuseUnknownKeys();
    YamlSection privacy = top.section("privacy");
    privacy.reserved("retention", ScalarType.period());
    privacy.refuseUnknownKeys();
  }
}
