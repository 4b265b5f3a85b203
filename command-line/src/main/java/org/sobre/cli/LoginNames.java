package org.sobre.cli;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.sobre.accounting.report.OutsideUser;
import org.sobre.accounting.report.Report;
import org.sobre.hardware.probe.ToolRunner;

/**
 * Names users of whom the ledger knows a uid only, as this machine knows them (getent(1): also from
 * a directory). One that it does not know, or not in time, stays a number.
 */
final class LoginNames {

  private static final Duration DEADLINE = Duration.ofSeconds(3);
  private static final int NAME = 0;
  private static final int UID = 2;

  private final ToolRunner tools;

  LoginNames(ToolRunner tools) {
    this.tools = tools;
  }

  Report addTo(Report report) {
    List<String> command = new ArrayList<>(List.of("getent", "passwd"));
    report.outsideSlurm().stream()
        .filter(user -> user.name().isEmpty())
        .forEach(user -> command.add(Integer.toString(user.uid())));
    if (command.size() == 2) {
      return report;
    }
    // status 2 where one of them is unknown: the lines of the others are there all the same
    Map<String, String> names = parse(tools.run(command, DEADLINE).stdout());
    return report.withOutsideSlurm(
        report.outsideSlurm().stream().map(user -> named(user, names)).toList());
  }

  private static OutsideUser named(OutsideUser user, Map<String, String> names) {
    return new OutsideUser(
        user.uid(),
        user.name().or(() -> Optional.ofNullable(names.get(Integer.toString(user.uid())))),
        user.energy());
  }

  /** Lines as of passwd(5): {@code alice:x:1203:…}, by uid. */
  private static Map<String, String> parse(String lines) {
    return lines
        .lines()
        .map(line -> line.split(":", -1))
        .filter(fields -> fields.length > UID && !fields[NAME].isEmpty())
        .collect(Collectors.toMap(fields -> fields[UID], fields -> fields[NAME], (a, b) -> a));
  }
}
