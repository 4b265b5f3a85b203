package org.sobre.slurm.gres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.node.CpuLayout;
import org.sobre.hardware.node.CpuTopology;
import org.sobre.hardware.units.CpuList;
import org.sobre.slurm.command.SlurmRelease;

/**
 * The socket rule is in src/interfaces/gres.c of Slurm's tag slurm-24-11-0-1 ({@code
 * _foreach_rebuild_topo}: "doesn't match socket boundaries", commit b886b6e82f), and in none of
 * slurm-24-05-8-1, slurm-23-11-11-1 and slurm-22-05-8-1.
 */
class CoresRuleTest {

  private static final Optional<SlurmRelease> DEBIAN_12 = SlurmRelease.parse("22.05.8");
  private static final Optional<SlurmRelease> SOCKETS = SlurmRelease.parse("24.11.0");

  /** Two sockets of eight cores; processors 0-7 and 16-23 are the first socket's. */
  private static final CpuTopology TWO = topology(2, 8);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          22.05.8  | 0-3,16-19  | 0-3
          22.05.8  | 8-15,24-31 | 8-15
          22.05.8  | 20         | 4
          23.11.11 | 0-3,16-19  | 0-3
          24.05.8  | 0-3        | 0-3
          24.11.0  | 0-3,16-19  | 0-7
          24.11.5  | 12         | 8-15
          25.05.1  | 8-15,24-31 | 8-15
          """)
  void affinityIsTakenAsItIsUntilSlurmWantsWholeSockets(String release, String near, String cores) {
    assertThat(of(TWO, SlurmRelease.parse(release), near)).containsExactly(cores);
  }

  /** The stricter rule is right for the older releases too. */
  @Test
  void anUnknownReleaseIsTakenForANewOne() {
    assertThat(of(TWO, Optional.empty(), "0-3")).containsExactly("0-7");
  }

  @Test
  void nothingIsSaidOfAllCores() {
    assertThat(of(TWO, DEBIAN_12, "0-31")).containsExactly("");
    assertThat(of(TWO, SOCKETS, "0-31")).containsExactly("");
    assertThat(of(topology(1, 8), SOCKETS, "0-3")).containsExactly("");
  }

  @Test
  void someOfThreeSocketsCannotBeSaidToTheNewOnes() {
    CpuTopology three = topology(3, 4);
    assertThat(of(three, SOCKETS, "0-7")).containsExactly("");
    assertThat(of(three, DEBIAN_12, "0-7")).containsExactly("0-7");
  }

  @Test
  void withoutLayoutOrAffinityNothingIsSaid() {
    assertThat(of(new CpuTopology("x", 2, 16, 32), DEBIAN_12, "0-3")).containsExactly("");
    assertThat(of(TWO, DEBIAN_12, "")).containsExactly("");
    assertThat(of(TWO, DEBIAN_12, "0-99")).containsExactly("");
  }

  /** Sockets of unlike size, cores of unlike threads: not Slurm's model. */
  @Test
  void unlikeCoresAreNotNumbered() {
    CpuLayout unlike =
        new CpuLayout(List.of(List.of(cpus("0-1"), cpus("2")), List.of(cpus("3"), cpus("4"))));
    CpuTopology cpu = new CpuTopology("x", 2, 4, 5, Optional.of(unlike));
    assertThat(of(cpu, DEBIAN_12, "0-1")).containsExactly("");
  }

  /** slurmctld logs an error where some records have cores and some have not. */
  @Test
  void ifOneSaysSomethingTheOthersSayAll() {
    assertThat(of(TWO, DEBIAN_12, "0-3", "", "0-31")).containsExactly("0-3", "0-15", "0-15");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatTheNewOnesAreToldFillsEachSocketOrLeavesIt(int seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 500; i++) {
      int perSocket = 1 + random.nextInt(8);
      CpuTopology cpu = topology(1 + random.nextInt(4), perSocket);
      String[] near =
          random.ints(4, 0, cpu.threads()).mapToObj(String::valueOf).toArray(String[]::new);
      for (String told : of(cpu, SOCKETS, near)) {
        if (!told.isEmpty()) {
          List<Integer> cores = new ArrayList<>(cpus(told).cpus());
          assertThat(cores.get(0) % perSocket).as("seed %d, %s", seed, told).isZero();
          assertThat(cores.size() % perSocket).as("seed %d, %s", seed, told).isZero();
        }
      }
    }
  }

  private static List<String> of(
      CpuTopology cpu, Optional<SlurmRelease> release, String... affinities) {
    List<Optional<CpuList>> near = Arrays.stream(affinities).map(CpuList::parse).toList();
    return CoresRule.of(near, cpu, release).stream().map(told -> told.orElse("")).toList();
  }

  private static CpuList cpus(String text) {
    return CpuList.parse(text).orElseThrow();
  }

  /** Two threads a core, the second in the upper half of the numbers. */
  private static CpuTopology topology(int sockets, int perSocket) {
    int cores = sockets * perSocket;
    List<List<CpuList>> layout =
        IntStream.range(0, sockets)
            .mapToObj(
                socket ->
                    IntStream.range(socket * perSocket, (socket + 1) * perSocket)
                        .mapToObj(core -> CpuList.of(List.of(core, core + cores)))
                        .toList())
            .toList();
    return new CpuTopology("x", sockets, cores, 2 * cores, Optional.of(new CpuLayout(layout)));
  }
}
