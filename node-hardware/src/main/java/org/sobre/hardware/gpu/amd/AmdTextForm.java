package org.sobre.hardware.gpu.amd;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The forms in which AMD's tools print, known by their content. */
enum AmdTextForm {
  ROCM_SMI("rocm-smi", Tool.ROCM_SMI),
  ROCM_SMI_JSON("rocm-smi --json", Tool.ROCM_SMI),
  ROCM_SMI_CSV("rocm-smi --csv", Tool.ROCM_SMI),
  AMD_SMI("amd-smi", Tool.AMD_SMI),
  AMD_SMI_JSON("amd-smi --json", Tool.AMD_SMI),
  AMD_SMI_CSV("amd-smi --csv", Tool.AMD_SMI),
  AMD_SMI_OVERVIEW("amd-smi (table)", Tool.AMD_SMI),
  AMD_SMI_TOPOLOGY("amd-smi topology", Tool.AMD_SMI),
  AMD_SMI_MONITOR("amd-smi monitor", Tool.AMD_SMI),
  AMD_SMI_PARTITION("amd-smi partition", Tool.AMD_SMI),
  /** The tools' words where they have no card to show. */
  SENTENCE("amd-smi or rocm-smi (message)", Tool.AMD_SMI);

  /** The numbers of one tool's devices are its own. */
  enum Tool {
    ROCM_SMI("rocm-smi"),
    AMD_SMI("amd-smi");

    private final String command;

    Tool(String command) {
      this.command = command;
    }

    String command() {
      return command;
    }
  }

  private static final Pattern NOTHING =
      Pattern.compile(
          "(?i)amdgpu[a-z0-9_, ]* not found in modules|no JSON data to report|AMDSMI Tool:"
              + "|usage: (amd|rocm)-smi|^(amd|rocm)-smi: error|AMD-SMI Command ");

  private final String command;
  private final Tool tool;

  AmdTextForm(String command, Tool tool) {
    this.command = command;
    this.tool = tool;
  }

  /** As one would ask for it. */
  String command() {
    return command;
  }

  Tool tool() {
    return tool;
  }

  /**
   * What this tool's answer lists, in whatever form it came.
   *
   * @throws IllegalArgumentException over 16 Mi characters
   */
  static AmdListing read(Tool tool, String printed) {
    Optional<AmdTextForm> form = of(printed).filter(one -> one.tool() == tool);
    if (form.isPresent()) {
      return form.get().parse(printed);
    }
    return switch (tool) {
      case AMD_SMI -> AmdSmiJson.parse(printed);
      case ROCM_SMI -> RocmSmiJson.parse(printed);
    };
  }

  AmdListing parse(String text) {
    return switch (this) {
      case ROCM_SMI -> rocmText(text);
      // what was merged into it may name a card that the JSON leaves out
      case ROCM_SMI_JSON -> RocmSmiJson.parse(text).and(RocmSmiText.parse(text));
      case ROCM_SMI_CSV, AMD_SMI_CSV -> AmdCsv.parse(text);
      // partition prints its table before the blocks
      case AMD_SMI ->
          AmdSmiTables.isPartition(text)
              ? AmdSmiText.parse(text).and(AmdSmiTables.partition(text))
              : AmdSmiText.parse(text);
      case AMD_SMI_JSON -> AmdSmiJson.parse(text);
      case AMD_SMI_OVERVIEW -> AmdSmiTables.overview(text).remarked(cutOff(text));
      case AMD_SMI_TOPOLOGY -> AmdLinks.ofTables(text);
      case AMD_SMI_MONITOR -> AmdSmiMonitor.parse(text);
      case AMD_SMI_PARTITION -> AmdSmiTables.partition(text);
      case SENTENCE -> sentence(text);
    };
  }

  /** Empty for a text that AMD's tools do not print. */
  static Optional<AmdTextForm> of(String text) {
    // first: the lines of the other forms may stand around it
    Optional<AmdTextForm> json = json(JsonTexts.in(text).documents());
    if (json.isPresent()) {
      return json;
    }
    if (RocmSmiText.isOne(text) || RocmSmiTable.isOne(text)) {
      return Optional.of(ROCM_SMI);
    }
    if (AmdSmiText.isOne(text)) {
      return Optional.of(AMD_SMI);
    }
    return table(text);
  }

  private static Optional<AmdTextForm> json(List<Object> documents) {
    for (Object document : documents) {
      if (document instanceof Map<?, ?> map
          && map.keySet().stream().anyMatch(RocmSmiTree::isCard)) {
        return Optional.of(ROCM_SMI_JSON);
      }
      if (AmdSmiTree.entries(document).stream().anyMatch(AmdSmiTree::isDevice)) {
        return Optional.of(AMD_SMI_JSON);
      }
    }
    return Optional.empty();
  }

  private static Optional<AmdTextForm> table(String text) {
    if (AmdSmiTables.isOverview(text)) {
      return Optional.of(AMD_SMI_OVERVIEW);
    }
    if (AmdLinks.isTable(text)) {
      return Optional.of(AMD_SMI_TOPOLOGY);
    }
    if (AmdSmiMonitor.isOne(text)) {
      return Optional.of(AMD_SMI_MONITOR);
    }
    if (AmdSmiTables.isPartition(text)) {
      return Optional.of(AMD_SMI_PARTITION);
    }
    if (AmdCsv.isOne(text) && !AmdCsv.parse(text).cards().isEmpty()) {
      return Optional.of(AmdCsv.isRocm(text) ? ROCM_SMI_CSV : AMD_SMI_CSV);
    }
    return AmdText.lines(text).anyMatch(line -> NOTHING.matcher(line).find())
        ? Optional.of(SENTENCE)
        : Optional.empty();
  }

  /** Lines and tables of one text are about the same cards, by their numbers. */
  private static AmdListing rocmText(String text) {
    return RocmSmiText.parse(text).and(RocmSmiTable.parse(text)).remarked(cutOff(text));
  }

  /** rocm-smi says where its text ends, and the table of amd-smi ends with its border. */
  private static Optional<String> cutOff(String text) {
    String borders =
        AmdText.lines(text)
            .map(String::strip)
            .filter(line -> line.startsWith("|") || line.startsWith("+"))
            .map(line -> line.substring(0, 1))
            .collect(Collectors.joining());
    boolean open = borders.contains("+") && borders.endsWith("|");
    boolean begun = text.contains("ROCm System Management Interface");
    return open || (begun && !text.contains("End of ROCm SMI Log"))
        ? Optional.of("the output ends in the middle: its last line is missing")
        : Optional.empty();
  }

  private static AmdListing sentence(String text) {
    String said =
        AmdText.lines(text).filter(line -> NOTHING.matcher(line).find()).findFirst().orElse("");
    return AmdListing.of(List.of(), Optional.of(said.strip()), "");
  }
}
