package org.sobre.hardware.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.sobre.hardware.node.DiscoveryConfig;

/** {@code nodes:} in sobre.yaml. */
class NodeOverridesTest {

  private static final String TWO =
      """
      schema: sobre/1
      slurm: {controller: "ctl:6817"}
      discovery: {offerFromMiB: 4096, deadline: 5s, tools: {nvidiaSmi: /opt/a, amdSmi: /opt/b}}
      nodes:
        - match: "r410-*"
          set: {discovery: {offerFromMiB: 2048, tools: {nvidiaSmi: /opt/old}}}
        - match: [r410-02, "gpu?"]
          set: {discovery: {offerFromMiB: 1024}, slurm: {controller: ~}}
      """;

  @Test
  void aHostOfNoPatternHasWhatStandsAtTheTop() {
    SobreConfig config = SobreConfig.parse("s.yaml", TWO, "n042");
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    assertThat(discovery.offerFrom().mebibytes()).isEqualTo(4096);
    assertThat(discovery.nvidiaSmi()).isEqualTo("/opt/a");
    assertThat(config.overrides()).isEmpty();
    assertThat(config.problems().all()).isEmpty();
  }

  @Test
  void anOverrideChangesItsKeysAndNoOther() {
    SobreConfig config = SobreConfig.parse("s.yaml", TWO, "r410-01");
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    assertThat(discovery.offerFrom().mebibytes()).isEqualTo(2048);
    assertThat(discovery.nvidiaSmi()).isEqualTo("/opt/old");
    assertThat(discovery.amdSmi()).isEqualTo("/opt/b");
    assertThat(discovery.deadline().toSeconds()).isEqualTo(5);
    assertThat(config.slurm().string("controller")).contains("ctl:6817");
    assertThat(config.overrides()).containsExactly("nodes[0]");
  }

  @Test
  void theLaterOverrideWinsAndNullIsTheDefaultAgain() {
    SobreConfig config = SobreConfig.parse("s.yaml", TWO, "r410-02");
    DiscoveryConfig discovery = DiscoveryConfig.from(config.discovery());
    assertThat(discovery.offerFrom().mebibytes()).isEqualTo(1024);
    assertThat(discovery.nvidiaSmi()).isEqualTo("/opt/old");
    assertThat(config.slurm().string("controller")).isEmpty();
    assertThat(config.overrides()).containsExactly("nodes[0]", "nodes[1]");
  }

  @Test
  void anItemThatCanDoNothingIsRemarked() {
    SobreConfig config =
        SobreConfig.parse(
            "s.yaml",
            """
            schema: sobre/1
            nodes:
              - {match: [], set: {discovery: {deadline: 5s}}}
              - {match: "gpu*", set: {}}
            """);
    DiscoveryConfig.from(config.discovery());
    assertThat(config.problems().all()).isEmpty();
    assertThat(config.problems().remarks())
        .extracting(Object::toString)
        .containsExactly(
            "s.yaml:3:6: nodes[0].match: an empty list: this item holds on no host",
            "s.yaml:4:21: nodes[1].set: nothing is set: this item has no effect");
  }

  @ParameterizedTest
  @ValueSource(strings = {"n042", "r410-01"})
  void everyOverrideIsCheckedWhateverTheHost(String host) {
    SobreConfig config =
        SobreConfig.parse(
            "s.yaml",
            """
            schema: sobre/1
            nodes:
              - match: "r410-*"
                set:
                  discovery:
                    offerFromMiB: many
                    deadlin: 3s
            """,
            host);
    DiscoveryConfig.from(config.discovery());
    assertThat(config.problems().all())
        .extracting(Problem::toString)
        .containsExactly(
            "s.yaml:6:9: nodes[0].set.discovery.offerFromMiB: expected a whole number from 0 to"
                + " 1048576, of MiB and without a unit, as 4096, found \"many\"",
            "s.yaml:7:9: nodes[0].set.discovery.deadlin: unknown key; did you mean \"deadline\"?"
                + " (known here: tools, deadline, offerFromMiB)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "schema: sobre/1",
        "cluster: other",
        "timeZone: UTC",
        "language: fr",
        "store: {url: x}",
        "privacy: {retention: 1y}",
        "nodes: []"
      })
  void whatHoldsForTheClusterCannotDiffer(String set) {
    String key = set.substring(0, set.indexOf(':'));
    assertThat(problems("{match: a, set: {" + set + "}}"))
        .containsExactly(
            "nodes[0].set."
                + key
                + ": this holds for the whole cluster and cannot differ by node; set it outside of"
                + " nodes");
  }

  @Test
  void theLedgerIsOne() {
    assertThat(problems("{match: a, set: {ledger: {directory: /x}}}"))
        .singleElement()
        .satisfies(
            problem -> assertThat(problem).startsWith("nodes[0].set.ledger.directory: this holds"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{set: {}} | nodes[0].match: this key is required and missing",
        "{match: a} | nodes[0].set: this key is required and missing",
        "{match: a, set: []} | nodes[0].set: expected a mapping of keys to values, found a list",
        "{match: [[a]], set: {}} | nodes[0].match: expected a list of words, found a list in it",
        "{match: a, set: {discovry: {}}} | did you mean \"discovery\"?",
        "{mach: a, set: {}, match: b} | nodes[0].mach: unknown key; did you mean \"match\"?",
        "word | nodes[0]: expected a mapping of keys to values, found \"word\"",
      })
  void aWrongItemIsNamed(String item, String expected) {
    assertThat(problems(item)).anySatisfy(problem -> assertThat(problem).contains(expected));
  }

  private static List<String> problems(String item) {
    SobreConfig config = SobreConfig.parse("s.yaml", "schema: sobre/1\nnodes:\n  - " + item, "a");
    return config.problems().all().stream().map(Problem::message).toList();
  }
}
