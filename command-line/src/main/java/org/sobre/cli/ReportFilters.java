package org.sobre.cli;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.sobre.accounting.report.ReportFilter;
import org.sobre.accounting.report.ReportKey;
import org.sobre.accounting.report.ReportRequest;
import org.sobre.accounting.report.UnknownName;
import org.sobre.accounting.report.ranking.RankedJobs;
import org.sobre.hardware.config.Suggestion;
import org.sobre.hardware.message.Messages;
import picocli.CommandLine.Option;

/** Of which jobs a report tells. */
final class ReportFilters {

  private static final Messages MESSAGES = Messages.of(ReportFilters.class);

  @Option(
      names = "--lab",
      paramLabel = "NAME",
      description =
          "Of this lab's jobs only. As the next ones: a name as the report shows it; repeat the"
              + " option for more.")
  private List<String> labs = List.of();

  @Option(
      names = "--account",
      paramLabel = "NAME",
      description = "Of this Slurm account's jobs only.")
  private List<String> accounts = List.of();

  @Option(names = "--user", paramLabel = "NAME", description = "Of this user's jobs only.")
  private List<String> users = List.of();

  @Option(
      names = "--gpu",
      paramLabel = "TYPE",
      description =
          "Of jobs that held this type of GPU only: its name, or words that are of one type alone.")
  private List<String> gpus = List.of();

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      description = "Of jobs that declared this profile only.")
  private List<String> profiles = List.of();

  @Option(names = "--node", paramLabel = "NAME", description = "What ran on this node only.")
  private List<String> nodes = List.of();

  @Option(names = "--cluster", paramLabel = "NAME", description = "Of this cluster's jobs only.")
  private List<String> clusters = List.of();

  ReportFilter chosen() {
    Map<ReportKey, Set<String>> names = new EnumMap<>(ReportKey.class);
    put(names, ReportKey.LAB, labs);
    put(names, ReportKey.ACCOUNT, accounts);
    put(names, ReportKey.USER, users);
    put(names, ReportKey.GPU, gpus);
    put(names, ReportKey.PROFILE, profiles);
    put(names, ReportKey.NODE, nodes);
    put(names, ReportKey.CLUSTER, clusters);
    return new ReportFilter(names);
  }

  private static void put(Map<ReportKey, Set<String>> names, ReportKey key, List<String> some) {
    if (!some.isEmpty()) {
      names.put(key, Set.copyOf(some));
    }
  }

  /**
   * The same of the type of GPU that is meant, as {@code --relative-to} finds it.
   *
   * @throws Failure if none is, or the name is of something else
   */
  static ReportRequest meant(ReportRequest request, UnknownName unknown) {
    List<String> types = unknown.known().stream().filter(ReportFilters::isType).toList();
    Optional<String> type =
        unknown.key() == ReportKey.GPU ? RankedJobs.type(unknown.name(), types) : Optional.empty();
    return request.withFilter(
        request
            .filter()
            .renamed(
                unknown.key(), unknown.name(), type.orElseThrow(() -> refusal(unknown, types))));
  }

  /** Of one type; what held several has the names of all of them. */
  private static boolean isType(String name) {
    return !name.isEmpty() && !name.startsWith("(") && name.indexOf('+') < 0;
  }

  private static Failure refusal(UnknownName unknown, List<String> types) {
    String key = unknown.key().jsonName();
    boolean isGpu = unknown.key() == ReportKey.GPU && !types.isEmpty();
    return new Failure(
        ExitCode.BAD_DATA,
        MESSAGES.text(
            isGpu ? "report.name.gpu" : "report.name",
            "--" + key,
            unknown.name(),
            Suggestion.clause(unknown.name(), unknown.known()),
            isGpu ? String.join(", ", types) : key));
  }
}
