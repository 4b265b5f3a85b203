package org.sobre.hardware.gpu.amd;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.sobre.hardware.probe.ProbeReport;

/**
 * What the tools had to say together.
 *
 * @param tool the one that answered; absent where none did, or none was asked
 * @param cards devices, empty without a tool
 * @param hung of a tool that gave no answer in time, where none answered: a driver whose tool hangs
 *     is not relied on
 * @param probes one a tool that was asked
 */
record AmdToolAnswer(
    Optional<String> tool,
    List<AmdToolCard> cards,
    Optional<String> hung,
    List<ProbeReport> probes) {

  AmdToolAnswer {
    requireNonNull(tool, "tool");
    cards = List.copyOf(cards);
    requireNonNull(hung, "hung");
    probes = List.copyOf(probes);
  }
}
