package org.sobre.daemon.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.hardware.gpu.RuntimePower;
import org.sobre.hardware.probe.SysRoot;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.health.CardLook;
import org.sobre.slurm.health.HealthCard;
import org.sobre.slurm.health.NvidiaHealthParser;

/**
 * Asks nvidia-smi, once a look and under a deadline, for the cards that are awake. After a look
 * without an answer the next ones are left out, twice as many each time, up to {@link
 * #MOST_LEFT_OUT}: a tool that sits in the kernel cannot be killed, and they must not pile up.
 */
final class NvidiaLooker implements CardLooker {

  static final int MOST_LEFT_OUT = 16;

  /** The exit status of nvidia-smi that was asked for a column it does not know. */
  private static final int REFUSED = 2;

  private final ToolRunner tools;
  private final String program;
  private final SysRoot machine;
  private final Duration deadline;
  private Optional<NvidiaHealthParser> parser = Optional.empty();
  private int leaveOut;
  private int leftOut;

  NvidiaLooker(ToolRunner tools, String program, SysRoot machine, Duration deadline) {
    this.tools = tools;
    this.program = program;
    this.machine = machine;
    this.deadline = deadline;
  }

  @Override
  public List<CardLook> look(List<HealthCard> cards, Set<HealthCard> ill) {
    List<HealthCard> ours = cards.stream().filter(c -> c.vendor() == GpuVendor.NVIDIA).toList();
    List<HealthCard> awake =
        ours.stream().filter(card -> ill.contains(card) || !isAsleep(card)).toList();
    List<CardLook> looks =
        new ArrayList<>(
            ours.stream().filter(card -> !awake.contains(card)).map(CardLook::asleep).toList());
    if (!awake.isEmpty() && leftOut >= leaveOut) {
      leftOut = 0;
      looks.addAll(ask(awake, awake.size() == ours.size()));
    } else {
      leftOut++;
    }
    return looks;
  }

  private boolean isAsleep(HealthCard card) {
    return RuntimePower.isSuspended(machine, card.address());
  }

  private List<CardLook> ask(List<HealthCard> cards, boolean all) {
    if (parser.isEmpty()) {
      ToolResult help = run(List.of("--help-query-gpu"));
      parser = NvidiaHealthParser.forDriver(help.stdout());
      if (parser.isEmpty()) {
        return NvidiaHealthParser.withoutColumns(cards, help);
      }
    }
    NvidiaHealthParser known = parser.get();
    List<String> arguments = new ArrayList<>(known.arguments());
    if (!all) {
      arguments.add("-i");
      arguments.add(
          cards.stream().map(card -> card.address().toString()).collect(Collectors.joining(",")));
    }
    ToolResult result = run(arguments);
    if (result.exitStatus().orElse(0) == REFUSED) {
      // another driver since, which knows other columns
      parser = Optional.empty();
      return List.of();
    }
    return known.read(cards, result);
  }

  private ToolResult run(List<String> arguments) {
    ToolResult result =
        tools.run(Stream.concat(Stream.of(program), arguments.stream()).toList(), deadline);
    leaveOut =
        result.ending() == Ending.TIMED_OUT
            ? Math.min(MOST_LEFT_OUT, Math.max(1, leaveOut * 2))
            : 0;
    return result;
  }
}
