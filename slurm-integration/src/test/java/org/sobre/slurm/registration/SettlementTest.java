package org.sobre.slurm.registration;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sobre.slurm.command.NodeRecord;
import org.sobre.slurm.node.AdminState;
import org.sobre.slurm.node.MissingGpu;
import org.sobre.slurm.node.NodeDocument;
import org.sobre.slurm.node.Shortfall;

/** What holds of every record, every reason in it and every moment. */
class SettlementTest {

  private static final String ANNS = "fan is loud [ann@2026-11-01T10:00:00]";
  private static final RegistrationPolicy POLICY = new RegistrationPolicy("ctl:6817", true, true);

  private static final List<String> REASONS =
      List.of(
          "",
          ANNS,
          "gres/gpu count reported lower than configured (1 < 2) [slurm@2026-11-01T10:00:00]",
          "sobre: register: 1 of 2 GPUs is missing: NVIDIA L4 (GPU-9); taken out [root@x]",
          "sobre: register: hardware differs, reboot to register: Gres [root@x]",
          "sobre: health: GPU 1: lost [root@x]",
          "Not responding [slurm@2026-11-01T10:00:00]");

  static LongStream seeds() {
    return LongStream.range(0, 400);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void neverTakesOverWhatAnAdminSaidNorGivesTheNodeBackTooEarly(long seed) {
    Random random = new Random(seed);
    PublishedDocument now = document(random);
    NodeRecord record = record(random);
    Moment moment = random.nextBoolean() ? Moment.BEFORE_SLURMD : Moment.AFTER_SLURMD;
    Settlement settlement = Settlement.of(now, record, POLICY, moment);
    Map<String, String> updates = settlement.updates();
    String told = "seed " + seed + ": " + record + " " + moment + " -> " + settlement;
    if (record.reason().equals(Optional.of(ANNS)) && (record.isDrained() || record.isDown())) {
      assertThat(updates).as(told).doesNotContainKeys("State", "Reason");
    }
    if ("RESUME".equals(updates.get("State"))) {
      assertThat(moment).as(told).isEqualTo(Moment.AFTER_SLURMD);
      assertThat(record.awaitsRegistration()).as(told).isFalse();
      assertThat(settlement.holdsOut()).as(told).isFalse();
      assertThat(now.admin().drainReason()).as(told).isEmpty();
    }
    if (settlement.holdsOut() || now.admin().drainReason().isPresent()) {
      assertThat(record.isDrained() || record.isDown() || updates.containsKey("State"))
          .as(told)
          .isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void isDoneOnceItIsCarriedOut(long seed) {
    Random random = new Random(seed);
    PublishedDocument now = document(random);
    NodeRecord record = record(random);
    Settlement once = Settlement.of(now, record, POLICY, Moment.AFTER_SLURMD);
    NodeRecord after = carriedOut(once.updates(), record);
    PublishedDocument kept =
        new PublishedDocument("", now.document(), AdminState.NONE, once.shortfall(), now.at());
    assertThat(Settlement.of(kept, after, POLICY, Moment.AFTER_SLURMD).updates())
        .as("seed %d: %s after %s", seed, record, once)
        .isEmpty();
  }

  private static PublishedDocument document(Random random) {
    NodeDocument document = RegistrationTest.document(1 + random.nextInt(2), 24105);
    List<MissingGpu> missing = new ArrayList<>();
    if (random.nextInt(3) == 0) {
      missing.add(
          new MissingGpu(
              Optional.of("GPU-9"),
              Optional.empty(),
              "NVIDIA L4",
              Instant.EPOCH,
              random.nextBoolean()));
    }
    Optional<String> said = Optional.of("PSU burnt [bob@x]").filter(r -> random.nextInt(4) == 0);
    return new PublishedDocument(
        "",
        document,
        new AdminState(said, Optional.empty(), OptionalLong.empty()),
        new Shortfall(
            missing, Optional.empty(), Optional.of("boot-0").filter(b -> random.nextBoolean())),
        Instant.EPOCH);
  }

  private static NodeRecord record(Random random) {
    Set<String> state = new HashSet<>(Set.of("DYNAMIC_NORM"));
    state.add(random.nextInt(4) == 0 ? "DOWN" : "IDLE");
    if (random.nextBoolean()) {
      state.add("DRAIN");
    }
    if (random.nextInt(4) == 0) {
      state.add(random.nextBoolean() ? "INVALID_REG" : "NOT_RESPONDING");
    }
    String reason = REASONS.get(random.nextInt(REASONS.size()));
    boolean heldOut = state.contains("DOWN") || state.contains("DRAIN");
    return record(
        state, Optional.of(reason).filter(r -> heldOut && !r.isEmpty()), Optional.empty());
  }

  private static NodeRecord carriedOut(Map<String, String> updates, NodeRecord record) {
    Set<String> state = new HashSet<>(record.state());
    Optional<String> reason =
        Optional.ofNullable(updates.get("Reason")).map(r -> r + " [root@x]").or(record::reason);
    String to = updates.getOrDefault("State", "");
    if (to.equals("RESUME")) {
      state.removeAll(Set.of("DRAIN", "DOWN"));
      state.add("IDLE");
      reason = Optional.empty();
    } else if (!to.isEmpty()) {
      state.add(to);
    }
    return record(state, reason, Optional.ofNullable(updates.get("Comment")).or(record::comment));
  }

  private static NodeRecord record(
      Set<String> state, Optional<String> reason, Optional<String> comment) {
    return new NodeRecord(
        "n1",
        Map.of("gpu:nvidia_geforce_rtx_2080", 2),
        new HashSet<>(RegistrationTest.document(2, 24105).features()),
        2,
        24105,
        state,
        Optional.empty(),
        Optional.empty(),
        reason,
        comment,
        Optional.empty(),
        1);
  }
}
