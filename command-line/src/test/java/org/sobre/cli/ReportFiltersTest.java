package org.sobre.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.sobre.accounting.labs.LabMap;
import org.sobre.accounting.report.ReportFilter;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.report.UnknownName;
import org.sobre.accounting.store.Period;

class ReportFiltersTest {

  private static final List<String> KNOWN =
      List.of(
          "(no GPU)",
          "nvidia_a100-pcie-40gb",
          "nvidia_a100-pcie-40gb+nvidia_t4",
          "nvidia_l4",
          "nvidia_t4");

  private static ReportRequest of(ReportKey key, String... names) {
    return new ReportRequest(
        List.of(ReportKey.LAB),
        Period.ALL,
        ZoneOffset.UTC,
        LabMap.BY_ACCOUNT,
        new ReportFilter(Map.of(key, Set.of(names))),
        List.of());
  }

  private static Set<String> meant(String... names) {
    UnknownName unknown = new UnknownName(ReportKey.GPU, names[0], KNOWN);
    return ReportFilters.meant(of(ReportKey.GPU, names), unknown)
        .filter()
        .names()
        .getOrDefault(ReportKey.GPU, Set.of());
  }

  @Test
  void aWordOfOneTypeIsThatType() {
    assertThat(meant("A100")).containsExactly("nvidia_a100-pcie-40gb");
    assertThat(meant("L4", "nvidia_t4")).containsExactly("nvidia_l4", "nvidia_t4");
  }

  @Test
  void whatIsOfNoTypeOrOfSeveralIsRefusedWithThoseThatThereAre() {
    for (String name : List.of("H100", "nvidia")) {
      assertThatThrownBy(() -> meant(name))
          .isInstanceOf(Failure.class)
          .hasMessageContaining(
              "--gpu: expected one of nvidia_a100-pcie-40gb, nvidia_l4, nvidia_t4, or words of one"
                  + " alone, found \""
                  + name
                  + "\"");
    }
    UnknownName node = new UnknownName(ReportKey.NODE, "A100", List.of("a100-1"));
    assertThatThrownBy(() -> ReportFilters.meant(of(ReportKey.NODE, "A100"), node))
        .hasMessageContaining("--node: expected a name of which the database has a job");
  }
}
