package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.node.HostName;
import org.sobre.hardware.node.NodeJson;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.slurm.health.HealthFormatException;
import org.sobre.slurm.health.HealthState;
import org.sobre.slurm.health.Verdict.Word;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sobre health}: whether this node's GPUs can be relied on, as its daemon sees it. */
@Command(
    name = "health",
    description = "Say whether this node's GPUs can be relied on, and why not.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre health",
      "  sobre health --format json | jq -r .reason",
      "",
      "Ends with 0 if they can, with 69 if not or if nobody can tell. What the daemon",
      "found is read, no card is asked. Slurm's health check drains and resumes."
    })
final class HealthCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(HealthCommand.class);

  /** Of a card's states. */
  private static final Set<String> TRANSLATED =
      Set.of(
          "ok",
          "asleep",
          "unknown",
          "lost",
          "needs-reset",
          "hanging",
          "failing",
          "uncorrectable",
          "heat");

  /** How it is printed. */
  enum Format {
    table,
    json
  }

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      defaultValue = "table",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Format format = Format.table;

  @Spec private @Nullable CommandSpec spec;

  private final SysRoot root;

  HealthCommand() {
    this(SysRoot.machine());
  }

  HealthCommand(SysRoot root) {
    this.root = root;
  }

  @Override
  public Integer call() throws IOException {
    NodeHealth health = read();
    PrintWriter out = requireNonNull(spec).commandLine().getOut();
    String node = HostName.of(root);
    switch (format) {
      case table -> print(node, health, out);
      case json -> out.print(NodeJson.render(document(node, health)));
    }
    out.flush();
    return health.state().verdict() == Word.GOOD && !health.stale()
        ? ExitCode.DONE
        : ExitCode.UNAVAILABLE;
  }

  private NodeHealth read() throws IOException {
    try {
      return NodeHealth.read(root)
          .orElseThrow(
              () ->
                  new Failure(
                      ExitCode.UNAVAILABLE, MESSAGES.text("health.absent", NodeHealth.file(root))));
    } catch (HealthFormatException e) {
      throw new Failure(
          ExitCode.BAD_DATA,
          MESSAGES.text("health.malformed", NodeHealth.file(root), String.valueOf(e.getMessage())));
    }
  }

  private static void print(String node, NodeHealth health, PrintWriter out) {
    HealthState state = health.state();
    boolean none = state.verdict() == Word.GOOD && state.cards().isEmpty();
    String verdict = "health.verdict." + (none ? "noGpu" : state.verdict().word());
    out.println(MESSAGES.text("health.node", node, MESSAGES.text(verdict)));
    if (!state.reason().isEmpty()) {
      out.println("  " + state.reason());
    }
    state.unknown().forEach(what -> out.println("  " + what));
    notes(health).forEach(note -> out.println(MESSAGES.text("health.note", note)));
    if (!state.cards().isEmpty()) {
      out.println();
      out.print(cards(state));
    }
  }

  /** What keeps the verdict from being worth all it says. */
  private static List<String> notes(NodeHealth health) {
    HealthState state = health.state();
    List<String> notes = new ArrayList<>();
    if (health.stale()) {
      notes.add(MESSAGES.text("health.stale", health.age().toSeconds()));
    }
    switch (state.policy()) {
      case OFF -> notes.add(MESSAGES.text("health.policy.off"));
      case DRAIN -> {}
    }
    switch (state.kernelLog()) {
      case NO_PERMISSION -> notes.add(MESSAGES.text("health.kernelLog.noPermission"));
      case ABSENT -> notes.add(MESSAGES.text("health.kernelLog.absent"));
      case READ -> {}
    }
    return notes;
  }

  private static String cards(HealthState state) {
    PlainTable table =
        new PlainTable()
            .number(MESSAGES.text("health.heading.gpu"))
            .text(MESSAGES.text("health.heading.address"))
            .text(MESSAGES.text("health.heading.state"))
            .text(MESSAGES.text("health.heading.seen"));
    for (HealthState.Card card : state.cards()) {
      table.row(
          Integer.toString(card.index()),
          card.address().toString(),
          inWords(card.state()),
          card.detail());
    }
    return table.render();
  }

  /** An Xid by its number, and what a later daemon may say, stay as they are. */
  private static String inWords(String state) {
    return Arrays.stream(state.split(",", -1))
        .map(word -> TRANSLATED.contains(word) ? MESSAGES.text("health.card." + word) : word)
        .collect(Collectors.joining(","));
  }

  private static Map<String, Object> document(String node, NodeHealth health) {
    HealthState state = health.state();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("node", node);
    document.put("verdict", state.verdict().word());
    document.put("stale", health.stale());
    document.put("ageMs", health.age().toMillis());
    document.put("policy", state.policy().word());
    if (!state.reason().isEmpty()) {
      document.put("reason", state.reason());
    }
    document.put("causes", state.causes());
    document.put("gpus", state.cards().stream().map(HealthCommand::gpu).toList());
    document.put("kernelLog", state.kernelLog().word());
    document.put("unknown", state.unknown());
    return document;
  }

  private static Map<String, Object> gpu(HealthState.Card card) {
    Map<String, Object> gpu = new LinkedHashMap<>();
    gpu.put("index", card.index());
    gpu.put("pciBusId", card.address().toString().toLowerCase(Locale.ROOT));
    gpu.put("device", card.device());
    gpu.put("health", List.of(card.state().split(",", -1)));
    if (!card.detail().isEmpty()) {
      gpu.put("detail", card.detail());
    }
    return gpu;
  }
}
