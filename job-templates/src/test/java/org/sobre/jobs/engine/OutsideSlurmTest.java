package org.sobre.jobs.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.sobre.hardware.units.Reading;
import org.sobre.jobs.station.FakeDaemon;
import org.sobre.jobs.station.MeteredRun;
import org.sobre.slurm.job.Allocation.Devices;
import org.sobre.slurm.job.JobKey;

/** A wrapped command where no Slurm is: its run is opened over the socket, or nobody counts. */
class OutsideSlurmTest extends WrappedJob {

  @Test
  void aDefectOfOursStopsNoCommandOutsideSlurm() throws Exception {
    environment.remove("SLURM_JOB_ID");
    outsideSlurm =
        (devices, program) -> {
          throw new IllegalStateException("a path of no charset");
        };
    assertThat(run(request(Optional.empty(), 0, List.of("sh", "-c", "exit 3")))).isEqualTo(3);
    assertThat(errors()).contains("energy  none: this is a defect of Sobre", "no charset");
  }

  @Test
  void outsideSlurmARunIsBegunAskedAndEndedWithTheCommandsStatus() throws Exception {
    environment.keySet().removeIf(name -> name.startsWith("SLURM_"));
    Path socket = directory.resolve("own.sock");
    List<String> begun = new ArrayList<>();
    outsideSlurm =
        (devices, program) -> {
          begun.add(program + " " + ((Devices.Visible) devices).indices());
          return Reading.of(new MeteredRun(new JobKey(4242, 0), socket, true));
        };
    try (FakeDaemon daemon = new FakeDaemon(socket, line -> ENERGY)) {
      assertThat(run(request(Optional.empty(), 0, List.of("sh", "-c", "exit 3")))).isEqualTo(3);
      assertThat(daemon.asked)
          .containsExactly(
              "{\"v\":1,\"job\":\"4242.0\",\"ask\":\"energy\"}\n",
              "{\"v\":1,\"end\":{\"waitStatus\":768},\"job\":\"4242.0\"}\n");
    }
    assertThat(begun).containsExactly("sh [0]");
    assertThat(errors()).endsWith("sobre: hint    ask for fewer\n");
    assertThat(errors()).contains("sobre: energy  7200 J (2.00 Wh): gpu 7200 J sampled");
  }

  @Test
  void aQuietRunIsEndedTooAndADryOneNeverBegun() throws Exception {
    environment.remove("SLURM_JOB_ID");
    Path socket = directory.resolve("own.sock");
    AtomicInteger begun = new AtomicInteger();
    outsideSlurm =
        (devices, program) -> {
          begun.incrementAndGet();
          return Reading.of(new MeteredRun(new JobKey(4242, 0), socket, true));
        };
    try (FakeDaemon daemon = new FakeDaemon(socket, line -> "{\"v\":1,\"ok\":true}\n")) {
      for (boolean dry : List.of(true, false)) {
        run(
            new RunRequest(
                List.of("no-such-program"),
                Optional.empty(),
                false,
                OptionalLong.empty(),
                dry,
                true));
      }
      assertThat(daemon.asked).singleElement().asString().contains("\"waitStatus\":32512");
    }
    assertThat(begun).hasValue(1);
  }

  @Test
  void aCommandRunsWithoutARunAndTheSummarySaysWhyNobodyCounted() throws Exception {
    environment.remove("SLURM_JOB_ID");
    assertThat(run(request(Optional.empty(), 0, writes("done")))).isZero();
    assertThat(directory.resolve("said")).hasContent("done");
    assertThat(errors()).contains("sobre: energy  none: nobody counts here\n");
  }
}
