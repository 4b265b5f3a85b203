package org.sobre.hardware.gpu.nvidia;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Which of nvidia-smi's outputs a text is, told by a line that no other has. In the order in which
 * what they say counts.
 */
enum NvidiaTextForm {
  XML("nvidia-smi -q -x"),
  QUERY("nvidia-smi -q"),
  /** What it prints when asked nothing. */
  TABLE("nvidia-smi"),
  CSV("nvidia-smi --query-gpu"),
  /** {@code nvlink -s}: the cards' lines of a list, and below each its links or a sentence. */
  NVLINK("nvidia-smi nvlink -s"),
  LIST("nvidia-smi -L"),
  TOPOLOGY("nvidia-smi topo -m"),
  MONITOR("nvidia-smi dmon or pmon"),
  /** Queries of processes and of memory pages. */
  OTHER_CSV("nvidia-smi --query-compute-apps or --query-retired-pages"),
  /** The kernel driver's, which completes the others. */
  MIG_MINORS("/proc/driver/nvidia-caps/mig-minors"),
  VERSION("nvidia-smi --version"),
  HELP("nvidia-smi --help"),
  /** A query without a heading that tells it. */
  BARE_CSV("nvidia-smi --query-gpu"),
  /** Nothing but sentences; some name a card that is out of reach. */
  MESSAGES("messages of nvidia-smi");

  /** A query of all fields has a header of 8000. */
  static final int LONGEST_LINE = 1 << 16;

  private static final Set<NvidiaTextForm> DESCRIBING = EnumSet.of(XML, QUERY, TABLE, CSV);
  private static final Set<NvidiaTextForm> COMPLETING = EnumSet.of(LIST, TOPOLOGY, MIG_MINORS);

  private static final Pattern NVLINK_LINE =
      Pattern.compile("[ \\t]*+(?:Link \\d+: .*|.*\\bNvlink\\b.*)");
  private static final Pattern LIST_LINE = Pattern.compile("[ \\t]*+GPU \\d+: .+ \\(UUID: .*");

  /** The heading is underlined by a terminal's codes, also in a file. */
  private static final Pattern TOPOLOGY_LINE =
      Pattern.compile("[ \\t]*+(?:\\x1b\\[4m)?GPU0\\s.*(?:CPU|NUMA) Affinity.*");

  private static final Pattern MONITOR_LINE = Pattern.compile("# gpu\\s.*");
  private static final Pattern MIG_MINORS_LINE =
      Pattern.compile("gpu\\d+/gi\\d+/(?:ci\\d+/)?access\\s+\\d+\\s*");
  private static final Pattern VERSION_LINE = Pattern.compile("NVIDIA-SMI version\\s*:.*");
  private static final Pattern HELP_LINE =
      Pattern.compile(
          "List of valid properties to query for the switch \"--query-.*"
              + "|NVIDIA System Management Interface -- v.*");

  private final String command;

  NvidiaTextForm(String command) {
    this.command = command;
  }

  /** How one asks for it. */
  String command() {
    return command;
  }

  /** Empty for what nvidia-smi does not print. */
  static Optional<NvidiaTextForm> of(String text) {
    if (NvidiaSmiXml.isXml(text)) {
      return Optional.of(XML);
    }
    return Arrays.stream(values()).filter(form -> form.isIn(text)).findFirst();
  }

  /**
   * All forms of a text into which several answers were put, one behind the other: the one that
   * {@link #of} tells, and where that describes cards what else describes or completes them.
   */
  static Set<NvidiaTextForm> allOf(String text) {
    Set<NvidiaTextForm> forms = EnumSet.noneOf(NvidiaTextForm.class);
    of(text).ifPresent(forms::add);
    if (forms.stream().anyMatch(DESCRIBING::contains)) {
      Stream.concat(DESCRIBING.stream(), COMPLETING.stream())
          .filter(form -> form != XML && form.isIn(text))
          .forEach(forms::add);
    }
    return forms;
  }

  private boolean isIn(String text) {
    return this == BARE_CSV
        ? NvidiaBareQuery.of(text).isPresent()
        : text.lines()
            .anyMatch(line -> !line.isEmpty() && line.length() < LONGEST_LINE && has(line));
  }

  private boolean has(String line) {
    return switch (this) {
      case XML -> NvidiaSmiXml.isXml(line);
      case QUERY -> isLog(line) || NvidiaQueryText.isCard(line);
      case TABLE -> NvidiaTable.isHead(line) || NvidiaTable.isCard(line);
      case CSV -> NvidiaQueryCsv.isHeader(line);
      case NVLINK -> NVLINK_LINE.matcher(line).matches();
      case LIST -> LIST_LINE.matcher(line).matches();
      case TOPOLOGY -> TOPOLOGY_LINE.matcher(line).matches();
      case MONITOR -> MONITOR_LINE.matcher(line).matches();
      case OTHER_CSV -> NvidiaQueryCsv.isHeaderOfOthers(line);
      case MIG_MINORS -> MIG_MINORS_LINE.matcher(line).matches();
      case VERSION -> VERSION_LINE.matcher(line).matches();
      case BARE_CSV -> false;
      case HELP -> HELP_LINE.matcher(line).matches();
      case MESSAGES -> NvidiaMessage.isOne(line);
    };
  }

  /** Whether a line begins an answer to {@code -q}. */
  static boolean isLog(String line) {
    return line.contains("==NVSMI LOG==");
  }
}
