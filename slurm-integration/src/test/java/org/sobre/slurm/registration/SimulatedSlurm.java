package org.sobre.slurm.registration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;

/**
 * A controller with one node's record, that does what was seen of 22.05.8: a record is only made by
 * a registration, keeps its gres until it is deleted, and loses everything said of it with that.
 */
final class SimulatedSlurm implements ToolRunner {

  private static final Pattern OPTION = Pattern.compile("--conf '([^']*)'");
  private static final Duration A_CALL = Duration.ofMillis(5);

  private final Map<String, String> record = new LinkedHashMap<>();
  private final List<String> asked = new ArrayList<>();
  private long nanos;
  private boolean away;
  private int busyFor;
  private Runnable beforeDelete = () -> {};

  /** The record as it is made from the options that slurmd is started with. */
  void slurmdStarts(String slurmdEnv) {
    if (!record.isEmpty()) {
      return;
    }
    record.putAll(
        Map.of("Gres", "(null)", "AvailableFeatures", "(null)", "State", "IDLE", "Weight", "1"));
    record.put("CPUTot", "2");
    record.put("RealMemory", "24105");
    Matcher conf = OPTION.matcher(slurmdEnv);
    for (String word : conf.find() ? conf.group(1).split(" ", -1) : new String[0]) {
      String key = word.substring(0, word.indexOf('='));
      String value = word.substring(word.indexOf('=') + 1);
      switch (key) {
        case "Feature" -> record.put("AvailableFeatures", value);
        case "State" -> record.put("State", "IDLE+" + value);
        default -> record.put(key, value);
      }
    }
  }

  /** What scontrol would show under this name; empty where nothing does. */
  Optional<String> shown(String key) {
    return Optional.ofNullable(record.get(key));
  }

  /** As an admin with scontrol. */
  void adminSays(String key, String value) {
    record.put(key, value);
  }

  void goesAway() {
    away = true;
  }

  void comesBack() {
    away = false;
  }

  /** A job or a reservation holds the record for so many tries, or until the node is down. */
  void isBusyFor(int tries) {
    busyFor = tries;
  }

  void beforeDelete(Runnable once) {
    beforeDelete = once;
  }

  List<String> asked() {
    return asked;
  }

  CallBudget budget() {
    return new CallBudget(CallBudget.BEFORE_SLURMD, () -> nanos, wait -> nanos += wait.toNanos());
  }

  long elapsedMillis() {
    return nanos / 1_000_000;
  }

  @Override
  public ToolResult run(
      List<String> command, Map<String, String> extraEnvironment, Duration deadline) {
    asked.add(String.join(" ", command));
    if (away) {
      nanos += deadline.toNanos();
      return new ToolResult(command, Ending.TIMED_OUT, OptionalInt.empty(), "", "", deadline);
    }
    nanos += A_CALL.toNanos();
    return switch (command.get(1)) {
      case "show" ->
          record.isEmpty() ? exited(command, 1, "Node n1 not found\n") : exited(command, 0, text());
      case "update" -> update(command);
      default -> delete(command);
    };
  }

  private ToolResult update(List<String> command) {
    for (String word : command.subList(3, command.size())) {
      String key = word.substring(0, word.indexOf('='));
      String value = word.substring(word.indexOf('=') + 1);
      if (!key.equals("State")) {
        record.put(key, key.equals("Reason") ? value + " [root@2026-11-21T10:00:00]" : value);
      } else if (value.equals("RESUME")) {
        record.put("State", "IDLE");
        record.remove("Reason");
      } else {
        record.put("State", value.equals("DOWN") ? "DOWN" : "IDLE+" + value);
      }
    }
    return exited(command, 0, "");
  }

  private ToolResult delete(List<String> command) {
    Runnable hook = beforeDelete;
    beforeDelete = () -> {};
    hook.run();
    if (busyFor > 0) {
      busyFor--;
      return new ToolResult(
          command, Ending.EXITED, OptionalInt.of(1), "", "Requested nodes are busy", A_CALL);
    }
    record.clear();
    return exited(command, 0, "");
  }

  private String text() {
    return "NodeName=n1 Arch=x86_64\n"
        + record.entrySet().stream()
            .map(entry -> "   " + entry.getKey() + "=" + entry.getValue() + flag(entry.getKey()))
            .collect(Collectors.joining("\n"))
        + "\n";
  }

  /** Every record here was made by slurmd -Z. */
  private static String flag(String key) {
    return key.equals("State") ? "+DYNAMIC_NORM" : "";
  }

  private static ToolResult exited(List<String> command, int status, String stdout) {
    return new ToolResult(command, Ending.EXITED, OptionalInt.of(status), stdout, "", A_CALL);
  }
}
