package org.sobre.hardware.gpu.nvidia;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.sobre.hardware.probe.ProbeReport;
import org.sobre.hardware.probe.ProbeReport.Outcome;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.hardware.units.PciAddress;

/**
 * Asks nvidia-smi four questions at the same time, under one deadline: the description of all
 * cards, and what that lacks. One that hangs or fails takes away its own facts and nothing else.
 */
final class NvidiaSmiProbe {

  private static final List<String> DESCRIPTION = List.of("-q", "-x");
  private static final List<String> LIST = List.of("-L");
  private static final List<String> TOPOLOGY = List.of("topo", "-m");

  private final ToolRunner runner;
  private final String tool;
  private final Executor executor;
  private final NvidiaFallback fallback;

  /**
   * @param tool program name or path
   * @param executor runs each question beside the others
   */
  NvidiaSmiProbe(ToolRunner runner, String tool, Executor executor) {
    this.runner = requireNonNull(runner, "runner");
    this.tool = requireNonNull(tool, "tool");
    this.executor = requireNonNull(executor, "executor");
    this.fallback = new NvidiaFallback(runner, tool);
  }

  /**
   * @param single whether there is one card only, which has no links to others
   * @param deadline for all questions together
   */
  NvidiaAnswer ask(boolean single, Duration deadline) {
    long begin = System.nanoTime();
    ToolCall described = start(DESCRIPTION, deadline);
    ToolCall listed = start(LIST, deadline);
    Optional<ToolCall> drawn = single ? Optional.empty() : Optional.of(start(TOPOLOGY, deadline));
    ToolCall capable = start(NvidiaComputeCapability.QUERY, deadline);

    NvidiaSmiXml.loadClasses();

    ToolResult printed = described.result();
    ToolResult list = listed.result();
    Optional<ToolResult> topology = drawn.map(ToolCall::result);
    ToolResult capabilities = capable.result();
    Description description = Description.of(printed, deadline, NvidiaSmiXml::parse);
    Duration left = deadline.minusNanos(System.nanoTime() - begin);
    if (description.log().isEmpty() && NvidiaFallback.isWorthwhile(printed) && !left.isNegative()) {
      description = fallback.instead(description, left);
    }
    return answer(description, printed.stdout(), list, topology, capabilities);
  }

  private ToolCall start(List<String> arguments, Duration deadline) {
    List<String> command = Stream.concat(Stream.of(tool), arguments.stream()).toList();
    return ToolCall.start(executor, runner, command, deadline);
  }

  private static NvidiaAnswer answer(
      Description description,
      String printed,
      ToolResult listed,
      Optional<ToolResult> drawn,
      ToolResult capabilities) {
    NvidiaSmiList list = list(listed);
    List<String> said = new ArrayList<>(description.said());
    said.addAll(Description.sentences(list.messages(), listed.stderr()));
    Map<PciAddress, CardFault> faults = new LinkedHashMap<>(CardFault.inMessages(said));
    if (description.log().isEmpty()) {
      String why = "nvidia-smi " + description.report().detail().orElse("gave no answer");
      CardFault.inBrokenXml(printed, why).forEach(faults::putIfAbsent);
    }
    List<ProbeReport> reports = new ArrayList<>(List.of(description.report()));
    if (description.log().isPresent()) {
      // where the description hangs too, one report says all
      hung("nvidia-smi -L", listed, "MIG devices are not offered").ifPresent(reports::add);
      drawn
          .flatMap(result -> hung("nvidia-smi topo -m", result, "links are not known"))
          .ifPresent(reports::add);
    }
    return new NvidiaAnswer(
        description.log(),
        faults,
        capabilities(capabilities),
        list,
        drawn.map(NvidiaSmiProbe::topology).orElse(TopoMatrix.NONE),
        reports);
  }

  private static Optional<ProbeReport> hung(String name, ToolResult result, String lost) {
    return result.ending() == Ending.TIMED_OUT
        ? Optional.of(
            new ProbeReport(
                name,
                Outcome.WARNED,
                result.took(),
                Optional.of("gave no answer in time and was killed: " + lost)))
        : Optional.empty();
  }

  private static NvidiaSmiList list(ToolResult result) {
    try {
      return result.ending() == Ending.EXITED
          ? NvidiaSmiList.parse(result.stdout())
          : NvidiaSmiList.NONE;
    } catch (NvidiaSmiFormatException e) {
      return NvidiaSmiList.NONE;
    }
  }

  private static TopoMatrix topology(ToolResult result) {
    try {
      return result.ending() == Ending.EXITED ? TopoMatrix.parse(result.stdout()) : TopoMatrix.NONE;
    } catch (NvidiaSmiFormatException e) {
      return TopoMatrix.NONE;
    }
  }

  /** Refused by drivers before 510; the capability is then simply not known. */
  private static Map<String, String> capabilities(ToolResult result) {
    return result.ending() == Ending.EXITED
        ? NvidiaComputeCapability.parse(result.stdout())
        : Map.of();
  }
}
