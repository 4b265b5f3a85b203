package org.sobre.slurm.command;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/** Which Slurm is installed on this node. */
public final class SlurmdVersion {

  private static final Duration DEADLINE = Duration.ofSeconds(2);

  /** {@code slurm-wlm 22.05.8} in Debian, {@code slurm 23.11.4} elsewhere. */
  private static final Pattern ANSWER = Pattern.compile("\\S+ (\\d+\\.\\d+\\.\\d+\\S*)");

  private SlurmdVersion() {}

  /** As {@code 22.05.8}; empty where there is no slurmd, or one that answers otherwise. */
  public static Optional<String> ask(ToolRunner tools) {
    ToolResult result = tools.run(List.of("slurmd", "-V"), DEADLINE);
    Matcher answer = ANSWER.matcher(result.stdout().strip());
    return answer.matches() ? Optional.of(answer.group(1)) : Optional.empty();
  }
}
