package org.sobre.jobs.station;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.hardware.json.JsonObject;
import org.sobre.hardware.json.JsonShapeException;
import org.sobre.jobs.station.NodeView.Device;
import org.sobre.jobs.station.NodeView.Holder;

class NodeViewTest {

  @TempDir private Path directory;

  @Test
  void readsWhatTheDaemonSaysOfItsNode() throws Exception {
    String answer =
        """
        {"v":1,"node":"n042","devices":[{"part":"gpu","device":"GPU-5c","watts":231,\
        "busyPercent":97,"memoryUsedMiB":21870,"memoryTotalMiB":24564,\
        "holder":{"job":"123.0","user":"alice","account":"lab1"}},\
        {"part":"gpu","device":"GPU-6d","holder":{"held":true}},\
        {"part":"cpu-package","device":"0","watts":81}]}
        """;
    Path socket = directory.resolve("job.sock");
    try (FakeDaemon daemon = new FakeDaemon(socket, line -> answer)) {
      NodeView view =
          NodeView.of(new DaemonSocket(socket, Duration.ofSeconds(1)).ask(NodeView.question()));
      assertThat(daemon.asked).containsExactly("{\"v\":1,\"ask\":\"node\"}\n");
      assertThat(view.node()).isEqualTo("n042");
      assertThat(view.devices())
          .containsExactly(
              new Device(
                  "gpu",
                  "GPU-5c",
                  OptionalLong.of(231),
                  OptionalLong.of(97),
                  OptionalLong.of(21870),
                  OptionalLong.of(24564),
                  Optional.of(
                      new Holder(Optional.of("123.0"), Optional.of("alice"), Optional.of("lab1")))),
              bare("gpu", "GPU-6d", OptionalLong.empty(), Optional.of(hidden())),
              bare("cpu-package", "0", OptionalLong.of(81), Optional.empty()));
    }
  }

  @Test
  void anAnswerOfAnotherShapeIsNone() throws IOException {
    assertThatThrownBy(
            () ->
                NodeView.of(JsonObject.parse("{\"node\":\"n\",\"devices\":[{\"part\":\"gpu\"}]}")))
        .isInstanceOf(JsonShapeException.class)
        .hasMessageContaining("devices[0].device: this key is required");
  }

  private static Holder hidden() {
    return new Holder(Optional.empty(), Optional.empty(), Optional.empty());
  }

  private static Device bare(
      String part, String device, OptionalLong watts, Optional<Holder> holder) {
    OptionalLong unknown = OptionalLong.empty();
    return new Device(part, device, watts, unknown, unknown, unknown, holder);
  }
}
