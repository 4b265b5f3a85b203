package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.job.Allocation.Devices;

class GpuSurveyTest {

  private static final String TWO =
      """
      GPU-aa11, 24210, 24564, 8.9, 535.154.05, NVIDIA GeForce RTX 4090
      GPU-bb22, 7000, 24564, 8.9, 535.154.05, NVIDIA GeForce RTX 4090
      """;

  private final FakeTools tools = new FakeTools();
  private final GpuSurvey survey =
      new GpuSurvey(tools, "nvidia-smi", new SysRoot(Path.of("/nowhere")));

  private List<Device> held(Devices held) throws PlanningException {
    return survey.held(held, List.of(), Optional.empty());
  }

  @Test
  void aJobWithoutGpusAsksNobody() throws PlanningException {
    assertThat(held(new Devices.None())).isEmpty();
    assertThat(tools.asked).isEmpty();
  }

  @Test
  void picksByUuidWhateverTheOrder() throws PlanningException {
    tools.exits(0, TWO);
    assertThat(held(new Devices.Identified(List.of("GPU-bb22"))))
        .extracting(Device::id)
        .containsExactly("GPU-bb22");
  }

  @Test
  void aUuidMayBeCutShortAsInCuda() throws PlanningException {
    tools.exits(0, TWO);
    assertThat(held(new Devices.Identified(List.of("GPU-a"))))
        .extracting(Device::id)
        .containsExactly("GPU-aa11");
  }

  @Test
  void anIndexCountsTheCardsThatCanBeSeen() throws PlanningException {
    tools.exits(0, TWO);
    assertThat(held(new Devices.Visible(List.of(1, 0))))
        .extracting(Device::id)
        .containsExactly("GPU-bb22", "GPU-aa11");
  }

  @Test
  void anOldDriverIsAskedWithoutTheFieldItDoesNotKnow() throws PlanningException {
    tools
        .exits(2, FakeTools.recording("failure_invalid-field_stdout.txt"))
        .exits(0, "GPU-aa, 8000, 8119, 470.74, NVIDIA GeForce GTX 1080\n");
    assertThat(held(new Devices.All())).hasSize(1);
    assertThat(tools.asked.get(1).get(1)).doesNotContain("compute_cap");
  }

  @ParameterizedTest
  @CsvSource({
    "failure_gpu-lost_stdout.txt, 15, GPU is lost",
    "failure_no-driver_stdout.txt, 9, couldn't communicate with the NVIDIA driver"
  })
  void whatNvidiaSmiSaysInsteadIsTold(String recording, int status, String said) {
    tools.exits(status, FakeTools.recording(recording));
    assertThatThrownBy(() -> held(new Devices.Identified(List.of("GPU-aa11"))))
        .isInstanceOf(PlanningException.class)
        .hasMessageContaining("GPU-aa11")
        .hasMessageContaining(said)
        .hasMessageContaining("(exit status " + status + ")");
  }

  @Test
  void aToolThatHangsOrIsNotThereIsNamed() {
    tools.ends(ToolResult.Ending.TIMED_OUT).ends(ToolResult.Ending.NOT_FOUND);
    Devices held = new Devices.Visible(List.of(0));
    assertThatThrownBy(() -> held(held)).hasMessageContaining("no answer within 20 s");
    assertThatThrownBy(() -> held(held)).hasMessageContaining("no such program on PATH");
  }

  @Test
  void withAnUnreadableCardAmongThemIndicesAreNotGuessed() {
    tools.exits(0, "GPU-aa11, [Unknown Error], 24564, 8.9, 535.154.05, RTX\n" + TWO);
    assertThatThrownBy(() -> held(new Devices.Visible(List.of(0))))
        .hasMessageContaining("[Unknown Error]");
  }
}
