package org.sobre.energy.privacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PseudonymsTest {

  static LongStream seeds() {
    return LongStream.range(0, Long.getLong("sobre.seeds", 12));
  }

  private static Pseudonyms of(long seed) {
    byte[] key = new byte[Pseudonyms.KEY_BYTES];
    new Random(seed).nextBytes(key);
    return new Pseudonyms(key);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void noTwoPersonsBecomeOne(long seed) {
    Pseudonyms pseudonyms = of(seed);
    Random random = new Random(seed);
    Map<Integer, Integer> uids = new HashMap<>();
    Map<Long, Long> jobs = new HashMap<>();
    for (int i = 0; i < 3_000; i++) {
      int uid = i % 3 == 0 ? random.nextInt(Integer.MAX_VALUE) : 100 + random.nextInt(70_000);
      int stands = pseudonyms.uid(uid);
      Integer before = uids.put(stands, uid);
      assertThat(before == null || before == uid).as(uid + " and " + before).isTrue();
      assertThat(stands).isNotNegative();
      if (uid != 65_534 && uid < 1 << 30) {
        assertThat(stands).as("of " + uid).isGreaterThanOrEqualTo(1 << 30);
      }
      long job = 1 + (i % 2 == 0 ? random.nextInt(67_000_000) : random.nextLong(9_999_999_999L));
      long number = pseudonyms.job(job);
      Long other = jobs.put(number, job);
      assertThat(other == null || other == job).as(job + " and " + other).isTrue();
      assertThat(number).isBetween(1L, 9_999_999_999L);
    }
  }

  @Test
  void theSameKeyGivesTheSameAndAnotherAnother() {
    Set<String> seen = new HashSet<>();
    for (int user = 0; user < 100; user++) {
      String name = "user" + user;
      int uid = 1_000 + user;
      String stands = of(1).user(name, uid);
      assertThat(stands).matches("u-[0-9a-f]{12}").isEqualTo(of(1).user(name, uid));
      assertThat(seen.add(stands)).isTrue();
      assertThat(of(2).user(name, uid)).isNotEqualTo(stands);
      assertThat(of(2).uid(uid)).isNotEqualTo(of(1).uid(uid));
      assertThat(of(1).uid(uid)).isEqualTo(of(1).uid(uid));
      assertThat(of(2).job(uid)).isNotEqualTo(of(1).job(uid));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 99, 65_534})
  void theSystemIsNoPerson(int uid) {
    assertThat(of(1).uid(uid)).isEqualTo(uid);
    assertThat(of(1).user("root", uid)).isEqualTo("root");
  }

  @Test
  void aNumberInThePlaceOfANameIsTheUids() {
    Pseudonyms pseudonyms = of(3);
    assertThat(pseudonyms.user("1203", 1203)).isEqualTo(Integer.toString(pseudonyms.uid(1203)));
    assertThat(pseudonyms.user("", 1203)).isEmpty();
  }

  @Test
  void aNumberThatNoJobHasIsRefused() {
    assertThatThrownBy(() -> of(1).job(10_000_000_000L))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Pseudonyms(new byte[7]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
