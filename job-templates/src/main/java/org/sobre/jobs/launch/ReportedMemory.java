package org.sobre.jobs.launch;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.units.MemorySize;

/**
 * The video memory that a command says it had taken at its peak, in a line {@code SOBRE_MEMORY
 * allocated=BYTES reserved=BYTES framework=torch-2.11}; the framework may be left out.
 *
 * @param allocated by its tensors
 * @param reserved by its allocator, of which that is a part
 */
public record ReportedMemory(
    MemorySize allocated, MemorySize reserved, Optional<String> framework) {

  private static final Pattern LINE =
      Pattern.compile(
          "SOBRE_MEMORY allocated=(\\d{1,15}) reserved=(\\d{1,15})"
              + "(?: framework=([A-Za-z0-9._+-]{1,32}))?");

  public ReportedMemory {
    requireNonNull(allocated, "allocated");
    requireNonNull(reserved, "reserved");
    requireNonNull(framework, "framework");
  }

  /** Of ranks that each say theirs the one that takes most decides. */
  boolean isAbove(ReportedMemory other) {
    return reserved.compareTo(other.reserved) > 0;
  }

  /** Empty for any other line. */
  static Optional<ReportedMemory> parse(String line) {
    Matcher m = LINE.matcher(line);
    return m.matches()
        ? Optional.of(
            new ReportedMemory(
                new MemorySize(Long.parseLong(m.group(1))),
                new MemorySize(Long.parseLong(m.group(2))),
                Optional.ofNullable(m.group(3))))
        : Optional.empty();
  }
}
