package org.sobre.it.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.hardware.node.NodeJson;
import org.sobre.slurm.fleet.Fleet;
import org.sobre.slurm.fleet.FleetDocument;
import org.sobre.slurm.fleet.FleetRenderer;

/** {@code sobre gres --fleet --format json}, of a node document that version 1 wrote. */
class FleetOutputTest {

  @Test
  void aFleetOfFrozenDocumentsHasOnlyKnownKeysAndAllOfThem() throws JsonShapeException {
    FleetDocument frozen = FleetDocument.read("gpu1", Frozen.text("node/gpu1/node.json"));
    String json = NodeJson.render(FleetRenderer.document(new Fleet(List.of(frozen.node()))));
    JsonNode written = Contract.parse(json);

    assertThat(Contract.of("fleet").asWritten(written)).isEmpty();
    assertThat(JsonDifference.keys(written))
        .anySatisfy(key -> assertThat(key).contains("nodeLine"))
        .anySatisfy(key -> assertThat(key).contains("memoryMiB"))
        .anySatisfy(key -> assertThat(key).contains("count"));
  }
}
