package org.sobre.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A ledger directory with documents of nodes, and {@code sobre gres --fleet} over it. */
final class SmallFleet {

  final Path ledger;
  final StringWriter out = new StringWriter();
  final StringWriter err = new StringWriter();

  SmallFleet(Path root) throws IOException {
    ledger = Files.createDirectories(root.resolve("ledger"));
  }

  int run(String... options) {
    String[] words = new String[options.length + 3];
    words[0] = "gres";
    words[1] = "--fleet";
    words[2] = ledger.toString();
    System.arraycopy(options, 0, words, 3, options.length);
    return command(words);
  }

  int command(String... words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.run(
        SobreCommand.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true)),
        words);
  }

  void node(String node, String... types) throws IOException {
    Path directory = Files.createDirectories(ledger.resolve(node));
    Files.writeString(directory.resolve("node.json"), document(node, types));
  }

  static String document(String node, String... types) {
    return """
        {"v":1,"node":"%s","boot":"b","at":"2020-11-20T14:00:00Z","digest":"0","gres":[%s],
         "features":[],"gpus":[%s],"memoryMiB":24000,
         "cpu":{"model":"m","sockets":1,"cores":4,"threads":8}}
        """
        .formatted(
            node,
            each(
                types,
                """
                {"position":%1$s,"name":"gpu","type":"%2$s","file":"/dev/nvidia%1$s","device":"GPU-%1$s"}
                """),
            each(
                types,
                """
                {"vendor":"nvidia","model":"m","uuid":"GPU-%1$s","pciBusId":"0000:0%1$s:00.0","state":"ok"}
                """));
  }

  private static String each(String[] types, String form) {
    return IntStream.range(0, types.length)
        .mapToObj(i -> form.formatted(String.valueOf(i), types[i]))
        .collect(Collectors.joining(","));
  }
}
