package org.sobre.accounting.slurm;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolResult.Ending;
import org.sobre.hardware.probe.ToolRunner;

/** A sacct and a sacctmgr that say what a test wants, in the form in which 22.05 says it. */
final class ScriptedSlurm implements ToolRunner {

  private static final String SEPARATOR = "|\u001f|";

  final List<List<String>> called = new ArrayList<>();
  final List<String> records = new ArrayList<>();
  String associations = "";
  Ending ending = Ending.EXITED;
  String complaint = "";

  Runnable whenCalled = () -> {};

  /** More than this many hours at a time are too much to say. */
  long mostHours = Long.MAX_VALUE;

  /** A record; times in seconds. */
  void job(String id, String name, String account, long submit, long start, long end, String say) {
    job(id, name, account, submit, start, end, say, 1);
  }

  void job(
      String id,
      String name,
      String account,
      long submit,
      long start,
      long end,
      String comment,
      int nodes) {
    records.add(
        String.join(
            SEPARATOR,
            "slurms-own",
            id,
            name,
            "ann",
            "1000",
            account,
            end == 0 ? "RUNNING" : "COMPLETED",
            Long.toString(submit),
            Long.toString(start),
            end == 0 ? "Unknown" : Long.toString(end),
            Long.toString(end == 0 ? 10 : end - start),
            "cpu=4,gres/gpu=2,node=1",
            "cpu=4,gres/gpu=2,node=1",
            Integer.toString(nodes),
            "main",
            comment));
  }

  @Override
  public ToolResult run(
      List<String> command, Map<String, String> extraEnvironment, Duration deadline) {
    called.add(command);
    whenCalled.run();
    if (ending != Ending.EXITED || !complaint.isEmpty()) {
      return ended(command, ending, 1, "", complaint);
    }
    if (command.get(0).equals("sacct")) {
      long from = time(command, "--starttime=uts");
      long until = time(command, "--endtime=uts");
      return (until - from) / 3_600 > mostHours
          ? ended(command, Ending.TOO_MUCH_OUTPUT, 0, "", "")
          : ended(command, Ending.EXITED, 0, within(from, until), "");
    }
    return command.contains("association")
        ? ended(command, Ending.EXITED, 0, associations, "")
        : ended(command, Ending.EXITED, 0, " Modified jobs...\n", "");
  }

  private String within(long from, long until) {
    StringBuilder text = new StringBuilder();
    for (String record : records) {
      String[] fields = record.split(Pattern.quote(SEPARATOR), -1);
      boolean hasEnded = !fields[9].equals("Unknown");
      if (Long.parseLong(fields[8]) <= until && (!hasEnded || Long.parseLong(fields[9]) >= from)) {
        text.append(record).append('\n');
      }
    }
    return text.toString();
  }

  List<List<String>> calls(String program) {
    return called.stream().filter(command -> command.get(0).equals(program)).toList();
  }

  private static long time(List<String> command, String option) {
    return command.stream()
        .filter(word -> word.startsWith(option))
        .mapToLong(word -> Long.parseLong(word.substring(option.length())))
        .findFirst()
        .orElseThrow();
  }

  static Instant seconds(long since) {
    return Instant.ofEpochSecond(since);
  }

  private static ToolResult ended(
      List<String> command, Ending ending, int status, String out, String err) {
    return new ToolResult(
        command,
        ending,
        ending == Ending.EXITED ? OptionalInt.of(status) : OptionalInt.empty(),
        out,
        err,
        Duration.ofSeconds(1));
  }
}
