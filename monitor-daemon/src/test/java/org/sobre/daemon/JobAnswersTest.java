package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.sobre.daemon.health.CardRelease;
import org.sobre.energy.accrual.JobView;
import org.sobre.energy.ledger.EnergyByQuality;
import org.sobre.energy.ledger.JobLine.Declared;
import org.sobre.energy.ledger.JobLine.GpuUse;
import org.sobre.energy.ledger.JobLine.HeldGpu;
import org.sobre.energy.ledger.JobLine.PartEnergy;
import org.sobre.energy.ledger.MeterId;
import org.sobre.energy.ledger.Part;
import org.sobre.energy.ledger.PowerProfile;
import org.sobre.energy.ledger.Quality;
import org.sobre.energy.occupancy.ProcessTable;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.units.Energy;
import org.sobre.slurm.job.JobFacts;
import org.sobre.slurm.job.JobKey;

class JobAnswersTest {

  private static final JobKey JOB = new JobKey(12345, 0);
  private static final Peer OWNER = new Peer(1203, "alice");
  private static final Peer ANOTHER = new Peer(1204, "bob");
  private static final JobView VIEW =
      new JobView(
          JOB,
          1203,
          60_900,
          List.of(
              new PartEnergy(
                  new MeterId(Part.GPU, "GPU-5c1f"),
                  EnergyByQuality.of(Quality.SAMPLED, Energy.ofMicrojoules(1_234_999_999)),
                  Optional.empty(),
                  59_100,
                  Optional.empty()),
              new PartEnergy(
                  new MeterId(Part.CPU_PACKAGE, "0"),
                  EnergyByQuality.NONE,
                  Optional.empty(),
                  0,
                  Optional.of("no-permission"))),
          Optional.of(
              new JobView.Details(
                  new JobFacts(
                      JOB, "alice", 1203, Optional.of("lab1"), Optional.empty(), List.of(), 4),
                  Instant.parse("2026-11-20T14:00:00Z"),
                  List.of(
                      new HeldGpu(
                          "GPU-5c1f",
                          "nvidia_l40s",
                          Optional.empty(),
                          OptionalLong.empty(),
                          BigDecimal.ONE,
                          OptionalLong.of(46_068))),
                  Optional.of(
                      new GpuUse(
                          OptionalLong.of(30_000),
                          OptionalLong.of(29_000),
                          OptionalLong.of(9_000),
                          OptionalLong.of(231_499),
                          OptionalLong.of(51),
                          OptionalLong.of(100),
                          OptionalLong.of(8_000))),
                  Optional.of(new PowerProfile(30_000, new long[] {20_500, 0}, 1)))));

  private final FakeState state = new FakeState();
  private final CardRelease release = new CardRelease(new TestClock());
  private final JobAnswers answers =
      new JobAnswers(state, runs(), new CardControl(release, 998), Operators.NONE);

  private static StationRuns runs() {
    return new StationRuns(
        new ProcessTable(new SysRoot(Path.of("/nowhere"))),
        new TestClock(),
        Optional.of("Slurm's node"));
  }

  @BeforeEach
  void aJobRuns() {
    state.jobs.put(JOB, VIEW);
  }

  @Test
  void tellsAJobItsWholeJoulesAndWhatIsMissing() {
    assertThat(answers.answer("{\"v\":1,\"ask\":\"energy\",\"job\":\"12345.0\"}", OWNER))
        .isEqualTo(
            "{\"v\":1,\"job\":\"12345.0\",\"joules\":1234,\"observedSeconds\":59,"
                + "\"elapsedSeconds\":60,\"parts\":[{\"part\":\"gpu\",\"device\":\"GPU-5c1f\","
                + "\"quality\":\"sampled\",\"joules\":1234}],\"missing\":[{\"part\":"
                + "\"cpu-package\",\"device\":\"0\",\"reason\":\"no-permission\"}]}");
  }

  @Test
  void takesWhatAJobSaysOfItself() {
    String answer =
        answers.answer(
            "{\"v\":1,\"declare\":{\"profile\":\"sd21-infer\",\"batchSize\":4,\"unit\":\"image\","
                + "\"items\":64,\"tokensIn\":null,\"tokensOut\":null},\"job\":\"12345.0\"}",
            OWNER);

    assertThat(answer).isEqualTo("{\"v\":1,\"ok\":true}");
    assertThat(state.declared)
        .containsExactly(
            new JobAnswers.Declaration(
                JOB,
                new Declared(
                    1203,
                    Optional.of("sd21-infer"),
                    OptionalLong.of(4),
                    Optional.of("image"),
                    OptionalLong.of(64),
                    OptionalLong.empty(),
                    OptionalLong.empty()),
                false));
  }

  /** Between two ticks of the daemon's, in which both are one. */
  @ParameterizedTest
  @CsvSource({
    "false, false, 4, -1, false",
    "false, true, 4, 64, false",
    "true, true, 4, 64, true",
    "true, false, 4, -1, false"
  })
  void ofTwoDeclarationsTheSecondLeavesTheFirstIfItSaysSo(
      boolean first, boolean second, long batch, long items, boolean keep) {
    String words = "{\"v\":1,\"declare\":{\"%s\":%d,\"keep\":%b},\"job\":\"12345.0\"}";
    answers.answer(String.format(Locale.ROOT, words, "items", 64, first), OWNER);
    answers.answer(String.format(Locale.ROOT, words, "batchSize", 4, second), OWNER);
    JobAnswers.Declaration both = state.declared.get(1).after(state.declared.get(0));
    assertThat(both.words().batchSize()).hasValue(batch);
    assertThat(both.words().items().orElse(-1)).isEqualTo(items);
    assertThat(both.keep()).isEqualTo(keep);
  }

  @Test
  void anotherUserLearnsNothingNotEvenThatTheJobExists() {
    String ask = "{\"v\":1,\"ask\":\"energy\",\"job\":\"12345.0\"}";

    String toAnother = answers.answer(ask, ANOTHER);
    state.jobs.clear();

    assertThat(toAnother).isEqualTo(answers.answer(ask, OWNER)).contains("error");
  }

  @Test
  void aJobOfWhichOnlyTheBeginIsKnownDeclaresAsWell() {
    JobKey shortOne = new JobKey(7, 0);
    state.newcomers.put(shortOne, 1203);
    String declare = "{\"v\":1,\"declare\":{\"items\":3},\"job\":\"7.0\"}";

    assertThat(answers.answer(declare, ANOTHER)).contains("is not yours");
    assertThat(state.declared).isEmpty();
    assertThat(answers.answer(declare, OWNER)).isEqualTo("{\"v\":1,\"ok\":true}");
    assertThat(state.declared).hasSize(1);
    assertThat(answers.answer("{\"v\":1,\"ask\":\"energy\",\"job\":\"7.0\"}", OWNER))
        .startsWith("{\"v\":1,\"job\":\"7.0\",\"joules\":0,");
  }

  @Test
  void whatHasLatelyEndedIsToldToWhoseItWas() {
    state.jobs.clear();
    String json = "{\"job\":\"12345.0\",\"end\":\"2026-11-20T14:01:00Z\"}";
    state.ended.add(new LastRuns.Ended(JOB, 1203, Instant.EPOCH, json));
    String ask = "{\"v\":1,\"ask\":\"job\",\"id\":12345}";
    assertThat(answers.answer(ask, OWNER))
        .isEqualTo("{\"v\":1,\"node\":\"n1\",\"runs\":[" + json + "]}");
    assertThat(answers.answer(ask, ANOTHER)).isEqualTo("{\"v\":1,\"node\":\"n1\",\"runs\":[]}");
  }

  @Test
  void aRunOfWhichNothingIsKnownYetHasJustBegun() {
    state.newcomers.put(new JobKey(7, 0), 1203);
    String ask = "{\"v\":1,\"ask\":\"job\",\"id\":7}";
    assertThat(answers.answer(ask, OWNER))
        .isEqualTo("{\"v\":1,\"node\":\"n1\",\"hasJustBegun\":true,\"runs\":[]}");
    assertThat(answers.answer(ask, ANOTHER)).doesNotContain("hasJustBegun");
  }

  @Test
  void rootMayAskForAnyJob() {
    String ask = "{\"v\":1,\"ask\":\"energy\",\"job\":\"12345.0\"}";
    assertThat(answers.answer(ask, new Peer(0, "root"))).contains("\"joules\":1234");
  }

  @Test
  void onANodeOfSlurmNoRunIsBegunAndTheReasonSaid() {
    assertThat(answers.answer("{\"v\":1,\"begin\":{\"pid\":1,\"gpus\":{\"all\":true}}}", OWNER))
        .isEqualTo("{\"v\":1,\"error\":\"Slurm's node\"}");
  }

  @Test
  void everybodyIsToldThatTheLedgerCannotBeWritten() {
    String ask = "{\"v\":1,\"ask\":\"node\"}";
    assertThat(answers.answer(ask, OWNER)).doesNotContain("ledgerTrouble");
    state.ledgerTrouble = Optional.of("no permission: /srv/ledger/n1");
    assertThat(answers.answer(ask, OWNER))
        .contains("\"ledgerTrouble\":\"no permission: /srv/ledger/n1\"");
  }

  @Test
  void onlyTheOwnerIsToldWhoseJobItIsAndWhatItDraws() {
    JobFacts job =
        new JobFacts(
            JOB, "alice", 1203, Optional.of("lab1"), Optional.empty(), List.of(), /* cpus= */ 4);
    state.node =
        new NodeView(
            "n042",
            List.of(
                new NodeView.DeviceView(
                    new MeterId(Part.GPU, "GPU-5c1f"),
                    OptionalLong.of(231_499),
                    OptionalInt.of(97),
                    OptionalLong.of(1_000),
                    OptionalLong.of(24_564),
                    OptionalInt.of(67),
                    List.of(new NodeView.Holder(job, Optional.empty()))),
                new NodeView.DeviceView(
                    new MeterId(Part.CPU_PACKAGE, "0"),
                    OptionalLong.of(80_500),
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    OptionalLong.empty(),
                    OptionalInt.empty(),
                    List.of()),
                new NodeView.DeviceView(
                    new MeterId(Part.GPU, "GPU-free"),
                    OptionalLong.of(9_000),
                    OptionalInt.of(0),
                    OptionalLong.of(3),
                    OptionalLong.of(24_564),
                    OptionalInt.empty(),
                    List.of())),
            List.of(1203));
    String gpu =
        "{\"v\":1,\"node\":\"n042\",\"devices\":[{\"part\":\"gpu\",\"device\":\"GPU-5c1f\",";
    String full =
        gpu
            + "\"watts\":231,\"busyPercent\":97,\"memoryUsedMiB\":1000,\"temperatureCelsius\":67,\"memoryTotalMiB\":24564,"
            + "\"holder\":{\"job\":\"12345.0\",\"user\":\"alice\",\"account\":\"lab1\"}},"
            + "{\"part\":\"cpu-package\",\"device\":\"0\",\"watts\":81},";
    String nothingOfAnother =
        gpu
            + "\"withheld\":true,\"memoryTotalMiB\":24564,\"holder\":{\"held\":true}},"
            + "{\"part\":\"cpu-package\",\"device\":\"0\",\"withheld\":true},";
    String free =
        "{\"part\":\"gpu\",\"device\":\"GPU-free\",\"watts\":9,\"busyPercent\":0,"
            + "\"memoryUsedMiB\":3,\"memoryTotalMiB\":24564}]}";
    String ask = "{\"v\":1,\"ask\":\"node\"}";

    assertThat(answers.answer(ask, OWNER)).isEqualTo(full + free);
    assertThat(answers.answer(ask, new Peer(0, "root"))).isEqualTo(full + free);
    assertThat(answers.answer(ask, ANOTHER)).isEqualTo(nothingOfAnother + free);
  }

  /** To look only: what a job says of itself is its user's word. */
  @Test
  void anOperatorSeesAnothersJobAndDoesNotSpeakForIt() {
    Operators bob =
        new Operators(
            Optional.of("ops"),
            (command, environment, deadline) ->
                new ToolResult(
                    command,
                    ToolResult.Ending.EXITED,
                    OptionalInt.of(0),
                    command.contains("ops") ? "ops:x:9:bob\n" : "bob:x:1204:100::/:/bin/sh\n",
                    "",
                    Duration.ZERO));
    bob.lookUp();
    JobAnswers toBob = new JobAnswers(state, runs(), new CardControl(release, 998), bob);

    String declare = "{\"v\":1,\"declare\":{\"items\":3},\"job\":\"12345.0\"}";
    assertThat(toBob.answer("{\"v\":1,\"ask\":\"job\",\"id\":12345}", ANOTHER))
        .contains("\"user\":\"alice\"");
    assertThat(answers.answer("{\"v\":1,\"ask\":\"job\",\"id\":12345}", ANOTHER))
        .isEqualTo("{\"v\":1,\"node\":\"n1\",\"runs\":[]}");
    assertThat(toBob.answer(declare, ANOTHER)).contains("is not yours");
    assertThat(state.declared).isEmpty();
  }

  @Test
  void allOfAJobIsToldInWholeJoulesAndWatts() {
    assertThat(answers.answer("{\"v\":1,\"ask\":\"job\",\"id\":12345}", OWNER))
        .isEqualTo(
            "{\"v\":1,\"node\":\"n1\",\"runs\":[{\"job\":\"12345.0\",\"user\":\"alice\","
                + "\"uid\":1203,\"account\":\"lab1\",\"begin\":\"2026-11-20T14:00:00Z\","
                + "\"elapsedSeconds\":60,\"cpus\":4,\"gpus\":[{\"device\":\"GPU-5c1f\","
                + "\"type\":\"nvidia_l40s\",\"fraction\":1.0,\"memoryTotalMiB\":46068}],"
                + "\"parts\":[{\"part\":\"gpu\",\"device\":\"GPU-5c1f\","
                + "\"joules\":{\"sampled\":1234},\"observedSeconds\":59},"
                + "{\"part\":\"cpu-package\",\"device\":\"0\",\"joules\":{},"
                + "\"observedSeconds\":0,\"missing\":\"no-permission\"}],"
                + "\"use\":{\"gpuBusyMs\":30000,\"heldIdleMs\":29000,\"vramPeakMiB\":9000,"
                + "\"powerPeakWatts\":231,"
                + "\"busyPercentMean\":51,\"busyPercentPeak\":100,\"vramMeanMiB\":8000},"
                + "\"powerProfile\":{\"stepMs\":30000,\"watts\":[21,null]}}]}");
  }

  @Test
  void onABoardThatIsSharedEachIsToldWhichPartIsHis() {
    state.node =
        new NodeView(
            "n042",
            List.of(
                new NodeView.DeviceView(
                    new MeterId(Part.GPU, "GPU-5c1f"),
                    OptionalLong.empty(),
                    OptionalInt.empty(),
                    OptionalLong.empty(),
                    OptionalLong.of(81_920),
                    OptionalInt.empty(),
                    List.of(
                        new NodeView.Holder(
                            new JobFacts(
                                JOB,
                                "alice",
                                1203,
                                Optional.of("lab1"),
                                Optional.empty(),
                                List.of(),
                                4),
                            Optional.of("1g.20gb")),
                        new NodeView.Holder(
                            new JobFacts(
                                new JobKey(9, 0),
                                "bob",
                                77,
                                Optional.empty(),
                                Optional.empty(),
                                List.of(),
                                4),
                            Optional.of("3g.40gb"))))),
            List.of(1203, 77));

    assertThat(answers.answer("{\"v\":1,\"ask\":\"node\"}", OWNER))
        .endsWith(
            "\"holder\":{\"job\":\"12345.0\",\"user\":\"alice\",\"account\":\"lab1\"},"
                + "\"holders\":[{\"partition\":\"1g.20gb\",\"job\":\"12345.0\",\"user\":\"alice\","
                + "\"account\":\"lab1\"},{\"partition\":\"3g.40gb\",\"held\":true}]}]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "garbage | not valid JSON",
        "{} | v: this key is required and missing",
        "{'v':2,'ask':'energy','job':'12345.0'} | v: expected 1, found 2",
        "{'v':1,'ask':'energy','job':'x'} | job: expected an id as 12345.0",
        "{'v':1,'ask':'power','job':'12345.0'} | ask: expected energy, job or node, found power",
        "{'v':1,'job':'12345.0'} | ask: this key is required and missing",
        "{'v':1,'job':'12345.0','end':{}} | end.waitStatus: this key is required",
        "{'v':1,'job':'12345.0','end':{'waitStatus':70000}} | waitStatus: expected 0 to 65535",
        "{'v':1,'job':'12345.0','end':{'waitStatus':0}} | is not running here, or is not yours",
        "{'v':1,'begin':{'gpus':{'all':true}}} | begin.pid: this key is required and missing",
        "{'v':1,'begin':{'pid':0,'gpus':{'all':true}}} | pid: expected 1 to",
        "{'v':1,'begin':{'pid':5,'gpus':{}}} | gpus: expected all, ids, indices or none",
        "{'v':1,'begin':{'pid':5,'account':'a b','gpus':{'all':true}}} | account: expected",
        "{'v':1,'begin':{'pid':5,'gpus':{'indices':[-1]}}} | indices: expected 0 to",
        "{'v':1,'begin':{'pid':5,'gpus':{'indices':[0],'vendor':'intel'}}} | vendor: expected"
            + " nvidia",
        "{'v':1,'begin':{'pid':5,'gpus':{'ids':['../x']}}} | ids: expected device ids",
        "{'v':1,'job':'12345.0','declare':{'items':-1}} | items: expected 0 to",
        "{'v':1,'job':'12345.0','declare':{'tokensIn':1000000000001}} | tokensIn: expected 0 to",
        "{'v':1,'job':'12345.0','declare':{'items':'9'}} | items: expected a whole number",
        "{'v':1,'job':'12345.0','declare':{'profile':'a b'}} | profile: expected 1 to 64 letters",
      })
  void refusesWhatItDoesNotUnderstandAndSaysWhy(String request, String why) {
    String answer = answers.answer(request.replace('\'', '"'), OWNER);

    assertThat(answer).startsWith("{\"v\":1,\"error\":\"").contains(why);
    assertThat(state.declared).isEmpty();
  }
}
