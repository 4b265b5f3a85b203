package org.sobre.slurm.command;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;
import org.sobre.slurm.command.SinfoException.Kind;

/**
 * {@code sinfo}, as any user may ask it. Without a controller it retries for 9 s (seen with
 * 22.05.8), so each call has a deadline.
 */
public final class Sinfo {

  private static final String COMMAND = "sinfo";
  private static final int MAX_SAID = 500;

  /** Where a client without slurm.conf finds one. */
  private static final String CONTROLLER = "SLURM_CONF_SERVER";

  private final ToolRunner tools;
  private final Map<String, String> environment;

  /**
   * @param controller {@code host:port} of slurmctld, for a machine that has no slurm.conf: one
   *     that is there goes before it (slurm.conf(5)); absent where nobody has said
   */
  public Sinfo(ToolRunner tools, Optional<String> controller) {
    this.tools = requireNonNull(tools, "tools");
    this.environment = controller.map(where -> Map.of(CONTROLLER, where)).orElse(Map.of());
  }

  /** Every node of the partitions that this user may use. */
  public List<ListedNode> nodes(Duration deadline) throws SinfoException {
    ToolResult result =
        tools.run(List.of(COMMAND, "-h", "-N", "-O", SinfoParser.FIELDS), environment, deadline);
    switch (result.ending()) {
      case NOT_FOUND, NOT_STARTED -> throw new SinfoException(Kind.ABSENT, COMMAND);
      case TIMED_OUT -> throw new SinfoException(Kind.SILENT, said(result));
      case TOO_MUCH_OUTPUT -> throw new SinfoException(Kind.UNREADABLE, "too much output");
      case EXITED -> {
        if (!result.succeeded()) {
          throw new SinfoException(Kind.REFUSED, said(result));
        }
      }
    }
    try {
      return SinfoParser.parse(result.stdout());
    } catch (IllegalArgumentException e) {
      throw new SinfoException(Kind.UNREADABLE, shortened(String.valueOf(e.getMessage())));
    }
  }

  private static String said(ToolResult result) {
    return shortened(
        String.join("; ", (result.stderr() + result.stdout()).strip().lines().toList()));
  }

  private static String shortened(String text) {
    return text.substring(0, Math.min(text.length(), MAX_SAID));
  }
}
