package org.sobre.hardware.config;

/**
 * Sections whose function comes with a later version. They are checked already, so that a site can
 * write them once and a slip in them shows at once.
 */
final class ReservedSections {

  private ReservedSections() {}

  static void check(YamlSection top) {
    YamlSection privacy = top.section("privacy");
    privacy.reserved("retention", ScalarType.period());
    privacy.value(SobreConfig.OPERATORS, ScalarType.groupName());
    privacy.refuseUnknownKeys();
  }
}
