package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.sobre.energy.ledger.JobLine.BeginFrom;
import org.sobre.energy.ledger.JobLine.EndFrom;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.meter.AmdgpuHwmonMeter;
import org.sobre.energy.meter.NvidiaPowerMeter;
import org.sobre.energy.meter.NvmlMeter;
import org.sobre.energy.meter.PowercapMeter;
import org.sobre.hardware.gpu.GpuState;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.units.Reading.Reason;

/** The schemas' lists of words are the code's: no more, no fewer. */
class WordListsTest {

  private static final String NOT_OBSERVED = "not-observed";

  @Test
  void ofTheLedger() {
    assertThat(known("ledger-line", "/$defs/job/properties/beginFrom"))
        .containsExactlyInAnyOrderElementsOf(all(BeginFrom.values(), BeginFrom::jsonName));
    assertThat(known("ledger-line", "/$defs/job/properties/endFrom"))
        .containsExactlyInAnyOrderElementsOf(all(EndFrom.values(), EndFrom::jsonName));
    assertThat(known("ledger-line", "/$defs/partEnergy/properties/missing"))
        .containsExactlyInAnyOrderElementsOf(reasons());
    assertThat(known("ledger-line", "/$defs/meter/properties/source"))
        .containsAll(sources())
        .contains(NvmlMeter.COUNTER_SOURCE, NvmlMeter.POWER_SOURCE);
    assertThat(fixed("ledger-line", "/$defs/part"))
        .containsExactlyInAnyOrderElementsOf(all(Part.values(), Part::jsonName));
    List<String> qualities = new ArrayList<>();
    Contract.schema("ledger-line")
        .at("/$defs/microjoules/properties")
        .fieldNames()
        .forEachRemaining(qualities::add);
    assertThat(qualities).isEqualTo(all(Quality.values(), Quality::jsonName));
  }

  @Test
  void ofANode() {
    assertThat(known("discover", "/$defs/gpu/properties/state"))
        .containsExactlyInAnyOrderElementsOf(all(GpuState.values(), GpuState::jsonName));
    assertThat(fixed("discover", "/$defs/gpu/properties/vendor"))
        .containsExactlyInAnyOrderElementsOf(all(GpuVendor.values(), GpuVendor::jsonName));
    assertThat(known("discover", "/$defs/probe/properties/outcome"))
        .containsExactlyInAnyOrderElementsOf(all(Outcome.values(), Outcome::jsonName));
    assertThat(known("discover", "/$defs/meter/properties/source")).containsAll(sources());
  }

  private static List<String> sources() {
    return List.of(PowercapMeter.SOURCE, NvidiaPowerMeter.SOURCE, AmdgpuHwmonMeter.SOURCE);
  }

  private static List<String> reasons() {
    return Stream.concat(all(Reason.values(), Reason::jsonName).stream(), Stream.of(NOT_OBSERVED))
        .toList();
  }

  private static <E> List<String> all(E[] values, Function<E, String> name) {
    return Arrays.stream(values).map(name).toList();
  }

  private static List<String> known(String schema, String pointer) {
    return words(Contract.schema(schema).at(pointer + "/knownWords"));
  }

  private static List<String> fixed(String schema, String pointer) {
    return words(Contract.schema(schema).at(pointer + "/enum"));
  }

  private static List<String> words(JsonNode list) {
    List<String> words = new ArrayList<>();
    list.forEach(word -> words.add(word.asText()));
    return words;
  }
}
