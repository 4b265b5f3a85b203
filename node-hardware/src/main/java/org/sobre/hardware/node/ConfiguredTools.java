package org.sobre.hardware.node;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.Problem;
import org.sobre.hardware.config.ScalarType;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;
import org.sobre.hardware.probe.ProgramSearch;
import org.sobre.hardware.probe.ToolResult.Ending;

/**
 * Whether the programs that {@code discovery.tools} names can be run on this machine. A vendor's
 * tool that is not installed is normal where nobody has named it; one that was named is a mistake.
 */
public final class ConfiguredTools {

  private static final Messages MESSAGES = Messages.of(ConfiguredTools.class);

  /** The names that hold where nothing is configured: to write one down changes nothing. */
  private static final Map<String, String> DEFAULTS = new LinkedHashMap<>();

  static {
    DEFAULTS.put("nvidiaSmi", DiscoveryConfig.NVIDIA_SMI);
    DEFAULTS.put("rocmSmi", DiscoveryConfig.ROCM_SMI);
    DEFAULTS.put("amdSmi", DiscoveryConfig.AMD_SMI);
  }

  private ConfiguredTools() {}

  /**
   * Those that cannot be run, at their places in the document; they are not added to its problems,
   * for the same document may be right on another machine.
   *
   * @param discovery the section {@code discovery:} as it holds on this host
   * @param searchPath {@code $PATH}
   */
  public static List<Problem> missing(YamlSection discovery, @Nullable String searchPath) {
    YamlSection tools = discovery.section("tools");
    return DEFAULTS.entrySet().stream()
        .flatMap(
            tool ->
                tools
                    .value(tool.getKey(), ScalarType.program())
                    .filter(program -> !program.equals(tool.getValue()))
                    .flatMap(program -> flaw(program, tool.getValue(), searchPath))
                    .map(flaw -> tools.problemAt(tool.getKey(), flaw))
                    .stream())
        .toList();
  }

  private static Optional<String> flaw(String program, String usual, @Nullable String searchPath) {
    Ending found = ProgramSearch.find(program, searchPath).ending();
    if (found == Ending.EXITED) {
      return Optional.empty();
    }
    if (found == Ending.NOT_STARTED) {
      return Optional.of(MESSAGES.text("tool.notExecutable", program, usual));
    }
    String key = program.contains("/") ? "tool.noFile" : "tool.notOnPath";
    return Optional.of(MESSAGES.text(key, program, usual));
  }
}
