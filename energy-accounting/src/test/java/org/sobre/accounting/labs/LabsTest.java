package org.sobre.accounting.labs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sobre.accounting.factors.Days;
import org.sobre.hardware.config.ConfigurationException;

final class LabsTest {

  private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

  @TempDir Path root;

  private LabMap read(String text) throws Exception {
    return LabsReader.load(Files.writeString(root.resolve("labs.yaml"), text));
  }

  private static String lab(LabMap labs, String account) {
    return labs.lab("cbp", Optional.of(account), DAY);
  }

  @Test
  void anAccountIsALabWhereNothingIsSaid() throws Exception {
    LabMap none = LabsReader.load(root.resolve("none"));
    assertThat(lab(none, "vision")).isEqualTo("vision");
    assertThat(none.lab("cbp", Optional.empty(), DAY)).isEqualTo("unassigned");
    assertThat(none.allocation()).isEqualTo(LabMap.Allocation.NONE);
    assertThat(none.changes(LocalDate.MIN, LocalDate.MAX)).isEmpty();
  }

  /** Bills by account would go out, with nobody told. */
  @Test
  void aLinkToAShareThatIsAwayIsNotNoFile() throws Exception {
    Path link = Files.createSymbolicLink(root.resolve("labs.yaml"), root.resolve("share/labs"));
    assertThatThrownBy(() -> LabsReader.load(link))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("labs.yaml");
  }

  @Test
  void aLinkToWhatIsAwayIsNotNoFile() throws Exception {
    Path link = Files.createSymbolicLink(root.resolve("labs.yaml"), root.resolve("away/labs.yaml"));
    assertThatThrownBy(() -> LabsReader.load(link))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("labs.yaml");
  }

  @Test
  void anAccountGoesFromOneLabToAnotherOnADay() throws Exception {
    LabMap labs =
        read(
            """
            schema: sobre-labs/1
            others: unassigned
            allocation: by-reserved-share
            labs:
              - {lab: Vision, accounts: [vision, phd], until: 2026-11-20}
              - {lab: Langues, accounts: phd, from: 2026-11-20}
              - {lab: Autre, accounts: vision, cluster: other, from: 2026-11-20}
            """);
    assertThat(labs.lab("cbp", Optional.of("phd"), DAY.minusDays(1))).isEqualTo("Vision");
    assertThat(lab(labs, "phd")).isEqualTo("Langues");
    assertThat(lab(labs, "vision")).isEqualTo("unassigned");
    assertThat(labs.lab("other", Optional.of("vision"), DAY)).isEqualTo("Autre");
    assertThat(labs.changes(LocalDate.of(2026, 1, 1), LocalDate.of(2027, 1, 1)))
        .containsExactly(DAY);
    assertThat(labs.allocation()).isEqualTo(LabMap.Allocation.BY_RESERVED_SHARE);
  }

  @Test
  void aParentSpeaksForAllBelowItAndTheAccountItselfFirst() throws Exception {
    LabMap labs =
        read("""
        schema: sobre-labs/1
        labs:
          - {lab: Physique, accounts: physics}
          - {lab: Optique, accounts: optics}
        """)
            .with(
                new AccountTree(
                    Map.of(
                        "cbp",
                        Map.of(
                            "lasers", "optics", "optics", "physics", "phys2", "physics", "a", "b",
                            "b", "a"))));
    assertThat(lab(labs, "lasers")).isEqualTo("Optique");
    assertThat(lab(labs, "phys2")).isEqualTo("Physique");
    assertThat(lab(labs, "chemistry")).isEqualTo("chemistry");
    // another cluster's tree is not this one's
    assertThat(labs.lab("other", Optional.of("lasers"), DAY)).isEqualTo("lasers");
    // a ring, which Slurm does not make, ends
    assertThat(lab(labs, "a")).isEqualTo("a");
  }

  @Test
  void saysAllProblemsAtOnce() {
    assertThatThrownBy(
            () ->
                read(
                    """
                    schema: sobre-labs/1
                    other: unassigned
                    allocation: by-share
                    labs:
                      - {lab: "", accounts: [a]}
                      - {lab: Vision, accounts: []}
                      - {lab: Vision, accounts: [x, ""], account: y}
                      - {accounts: z, from: 2026-13-01}
                      - {lab: Langues, accounts: [x], from: 2026-01-01}
                      - {lab: Langues, accounts: q, from: 2026-01-01, until: 2025-01-01}
                    """))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            wrong ->
                assertThat(wrong.problems().stream().map(Object::toString).toList())
                    .anyMatch(p -> p.contains("other: unknown key; did you mean \"others\"?"))
                    .anyMatch(p -> p.contains("allocation: expected one of"))
                    .anyMatch(p -> p.contains("labs[0].lab: expected a name"))
                    .anyMatch(p -> p.contains("labs[1].accounts: expected one account or more"))
                    .anyMatch(p -> p.contains("labs[2].accounts: expected one account or more"))
                    .anyMatch(p -> p.contains("labs[2].account: unknown key"))
                    .anyMatch(p -> p.contains("labs[3].lab: this key is required"))
                    .anyMatch(p -> p.contains("labs[3].from: expected YYYY-MM-DD"))
                    .anyMatch(
                        p ->
                            p.contains(
                                "labs[4].accounts: the account x is the lab Vision's already"
                                    + " (from 2026-01-01 on)"))
                    .anyMatch(p -> p.contains("labs[5].until: expected a day after 2026-01-01"))
                    .hasSize(10));
  }

  @Test
  void refusesARuleWithoutNames() {
    assertThatThrownBy(() -> new LabMap.Rule(" ", Optional.empty(), "a", Days.ALL))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
