package org.sobre.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

class OperatorsTest {

  private static final Peer ALICE = new Peer(1203, OptionalInt.of(100), "alice");
  private static final Peer BOB = new Peer(1204, OptionalInt.of(100), "bob");
  private static final Peer CAROL = new Peer(1205, OptionalInt.of(2000), "carol");

  private static final ToolResult NO_ANSWER =
      new ToolResult(
          List.of("getent"),
          ToolResult.Ending.TIMED_OUT,
          OptionalInt.empty(),
          "",
          "",
          Duration.ofSeconds(10));

  private final Map<String, ToolResult> answers = new HashMap<>();
  private Optional<Error> fault = Optional.empty();
  private final ToolRunner tools =
      (command, environment, deadline) -> {
        fault.ifPresent(
            error -> {
              throw error;
            });
        return answers.getOrDefault(String.join(" ", command), result(OptionalInt.of(2), ""));
      };
  private final Operators operators = new Operators(Optional.of("gpu-operators"), tools);

  @Test
  void membersAreOperatorsAndThoseWhoseOwnGroupItIs() {
    group("gpu-operators:x:2000:alice,dave\n");
    passwd("alice dave", 2, "alice:x:1203:100::/home/alice:/bin/sh\n");
    assertThat(operators.contains(ALICE)).as("before it was looked up").isFalse();

    operators.lookUp();

    assertThat(operators.contains(ALICE)).isTrue();
    assertThat(operators.contains(BOB)).isFalse();
    assertThat(operators.contains(CAROL)).isTrue();
    assertThat(operators.contains(new Peer(1205, "carol"))).as("group unknown").isFalse();
  }

  @Test
  void whoLeavesTheGroupIsNoneAnyMore() {
    group("gpu-operators:x:2000:alice\n");
    passwd("alice", 0, "alice:x:1203:100::/home/alice:/bin/sh\n");
    operators.lookUp();
    group("gpu-operators:x:2000:\n");
    operators.lookUp();
    assertThat(operators.contains(ALICE)).isFalse();
  }

  @Test
  void aGroupThatIsGoneHasNobody() {
    group("gpu-operators:x:2000:\n");
    operators.lookUp();
    answers.clear();
    operators.lookUp();
    assertThat(operators.contains(CAROL)).isFalse();
  }

  /** A directory that is away for a while takes nobody's right away, and gives nobody one. */
  @Test
  void whileNobodyAnswersThoseKnownLastStay() {
    group("gpu-operators:x:2000:\n");
    operators.lookUp();
    answers.put("getent group -- gpu-operators", NO_ANSWER);
    operators.lookUp();
    assertThat(operators.contains(CAROL)).isTrue();
    assertThat(operators.contains(ALICE)).isFalse();
  }

  @Test
  void whileTheirNumbersAreNotToldThoseKnownLastStay() {
    group("gpu-operators:x:2000:alice\n");
    passwd("alice", 0, "alice:x:1203:100::/home/alice:/bin/sh\n");
    operators.lookUp();
    answers.put("getent passwd -- alice", NO_ANSWER);
    operators.lookUp();
    assertThat(operators.contains(ALICE)).isTrue();
    assertThat(operators.contains(CAROL)).isTrue();
  }

  /** getent's only word for a directory that is away, where the group itself is in /etc/group. */
  @Test
  void aMemberWhomNobodyKnowsAnyMoreKeepsTheNumberKnownLastWhileTheGroupNamesHim() {
    group("gpu-operators:x:2000:alice,bob\n");
    passwd("alice bob", 0, "alice:x:1203:100::/:/bin/sh\nbob:x:1204:100::/:/bin/sh\n");
    operators.lookUp();
    passwd("alice bob", 2, "");
    operators.lookUp();
    assertThat(operators.contains(ALICE)).isTrue();
    assertThat(operators.contains(BOB)).isTrue();
    group("gpu-operators:x:2000:bob\n");
    passwd("bob", 2, "");
    operators.lookUp();
    assertThat(operators.contains(ALICE)).as("taken out").isFalse();
    assertThat(operators.contains(BOB)).isTrue();
    passwd("bob", 0, "bob:x:1304:100::/:/bin/sh\n");
    operators.lookUp();
    assertThat(operators.contains(BOB)).as("of another number").isFalse();
  }

  /** SSSD and winbind: the group's word need not be the user's own. */
  @ParameterizedTest
  @ValueSource(strings = {"Alice", "alice@corp.example", "ALICE@CORP", "CORP\\alice"})
  void aMemberWhomTheDirectoryWritesOtherwiseKeepsTheNumberKnownLast(String member) {
    group("gpu-operators:x:2000:dave," + member + ",erin\n");
    String asked = "dave " + member + " erin";
    passwd(asked, 2, "alice:x:1203:100::/:/bin/sh\nerin:x:1206:100::/:/bin/sh\n");
    operators.lookUp();
    assertThat(operators.contains(ALICE)).isTrue();
    passwd(asked, 2, "");
    operators.lookUp();
    assertThat(operators.contains(ALICE)).as("while the directory is away").isTrue();
    group("gpu-operators:x:2000:dave,erin\n");
    passwd("dave erin", 2, "");
    operators.lookUp();
    assertThat(operators.contains(ALICE)).as("taken out").isFalse();
  }

  @Test
  void ofMembersWhoAreAllToldTheOrderSaysWhoIsWho() {
    group("gpu-operators:x:2000:ann@a,ann@b\n");
    passwd("ann@a ann@b", 0, "ann:x:1203:100::/:/bin/sh\nsister:x:1204:100::/:/bin/sh\n");
    operators.lookUp();
    group("gpu-operators:x:2000:ann@b\n");
    passwd("ann@b", 2, "");
    operators.lookUp();
    assertThat(operators.contains(ALICE)).as("taken out").isFalse();
    assertThat(operators.contains(BOB)).isTrue();
  }

  /** Whose of them an entry is, it does not tell: all that are told count as long as they are. */
  @Test
  void ofTwoWhoAreWrittenAlikeNeitherTakesTheOthersNumber() {
    group("gpu-operators:x:2000:ann@a,ann@b,dave\n");
    String asked = "ann@a ann@b dave";
    passwd(asked, 2, "ann:x:1203:100::/:/bin/sh\nann:x:1204:100::/:/bin/sh\n");
    operators.lookUp();
    assertThat(operators.contains(ALICE)).isTrue();
    assertThat(operators.contains(BOB)).isTrue();
    passwd(asked, 2, "");
    operators.lookUp();
    assertThat(operators.contains(ALICE)).isFalse();
  }

  /** As SSSD gives them to Active Directory's people, whose numbers fill all 32 bits. */
  @ParameterizedTest
  @ValueSource(strings = {"1234567890", "4294967294"})
  void anOperatorsNumberMayHaveTenDigits(String number) {
    Peer erin = new Peer(Integer.parseUnsignedInt(number), OptionalInt.of(100), "erin");
    Peer fay = new Peer(1206, OptionalInt.of(Integer.parseUnsignedInt(number)), "fay");
    group("gpu-operators:x:" + number + ":erin\n");
    passwd("erin", 0, "erin:x:" + number + ":100::/home/erin:/bin/sh\n");
    operators.lookUp();
    assertThat(operators.contains(erin)).isTrue();
    assertThat(operators.contains(fay)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"4294967295", "9999999999", "18446744073709551616", "-1", ""})
  void whatIsNoNumberOfAUserIsNobodys(String number) {
    group("gpu-operators:x:2000:erin\n");
    passwd("erin", 0, "erin:x:" + number + ":100::/home/erin:/bin/sh\n");
    operators.lookUp();
    assertThat(operators.contains(new Peer(-1, "erin"))).isFalse();
    assertThat(operators.contains(CAROL)).as("the group's own").isTrue();
  }

  /** It would end the thread, and with it every later look. */
  @Test
  void aLookThatFailsEndsNoneOfTheNext() {
    group("gpu-operators:x:2000:\n");
    operators.lookUp();
    fault = Optional.of(new StackOverflowError("of 256 KiB"));
    operators.lookUp();
    assertThat(operators.contains(CAROL)).isTrue();
    fault = Optional.empty();
    group("gpu-operators:x:100:\n");
    operators.lookUp();
    assertThat(operators.contains(BOB)).isTrue();
  }

  /** getent takes a number for a uid: a member so called would be another. */
  @ParameterizedTest
  @ValueSource(strings = {"1204", "0000001204", "00000000001204"})
  void aMemberThatIsCalledByANumberIsNone(String number) {
    group("gpu-operators:x:2000:" + number + "\n");
    passwd(number, 0, "bob:x:1204:100::/home/bob:/bin/sh\n");
    operators.lookUp();
    assertThat(operators.contains(BOB)).isFalse();
  }

  @Test
  void withoutAGroupRootIsAlone() {
    Operators.NONE.lookUp();
    assertThat(Operators.NONE.contains(ALICE)).isFalse();
  }

  private void group(String line) {
    answers.put("getent group -- gpu-operators", result(OptionalInt.of(0), line));
  }

  private void passwd(String names, int status, String lines) {
    answers.put("getent passwd -- " + names, result(OptionalInt.of(status), lines));
  }

  private static ToolResult result(OptionalInt status, String stdout) {
    return new ToolResult(
        List.of("getent"), ToolResult.Ending.EXITED, status, stdout, "", Duration.ZERO);
  }
}
