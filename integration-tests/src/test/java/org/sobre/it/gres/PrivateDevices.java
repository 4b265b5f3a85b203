package org.sobre.it.gres;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.sobre.hardware.probe.CommonsExecToolRunner;
import org.sobre.hardware.probe.ToolResult;
import org.sobre.hardware.probe.ToolRunner;

/**
 * A mount namespace whose /dev has character devices of any name, without a driver behind them:
 * slurmd only looks at the file. Tools run in it; nothing of it is seen outside. Needs root.
 */
final class PrivateDevices implements ToolRunner, AutoCloseable {

  /** The devices that every program needs, then those of the list on standard input. */
  private static final String SCRIPT =
      """
      set -e
      mount -t tmpfs -o mode=755 none /dev
      mknod -m 666 /dev/null c 1 3; mknod -m 666 /dev/zero c 1 5; mknod -m 666 /dev/urandom c 1 9
      minor=0
      while read -r file; do
        [ "$file" != end ] || break
        mkdir -p "${file%/*}"; mknod -m 666 "$file" c 195 $minor; minor=$((minor + 1))
      done
      echo ready
      read -r _
      """;

  private final Process holder;
  private final ToolRunner tools = new CommonsExecToolRunner();

  PrivateDevices(Collection<Path> devices) throws IOException {
    holder =
        new ProcessBuilder("unshare", "-m", "--propagation", "private", "sh", "-c", SCRIPT)
            .redirectErrorStream(true)
            .start();
    OutputStream list = holder.getOutputStream();
    for (Path device : devices) {
      list.write((device + "\n").getBytes(StandardCharsets.UTF_8));
    }
    list.write("end\n".getBytes(StandardCharsets.UTF_8));
    list.flush();
    String said =
        new BufferedReader(new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
    if (!"ready".equals(said)) {
      close();
      throw new IOException("expected a namespace with devices, found: " + said);
    }
  }

  @Override
  public ToolResult run(List<String> command, Map<String, String> environment, Duration deadline) {
    List<String> inside =
        new ArrayList<>(List.of("nsenter", "-t", Long.toString(holder.pid()), "-m", "--"));
    inside.addAll(command);
    return tools.run(inside, environment, deadline);
  }

  /** With its last process the namespace goes, and all that is mounted in it. */
  @Override
  public void close() {
    holder.destroyForcibly();
  }
}
