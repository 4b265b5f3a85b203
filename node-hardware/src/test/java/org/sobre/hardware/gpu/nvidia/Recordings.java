package org.sobre.hardware.gpu.nvidia;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What real tools printed; see PROVENANCE.md beside the files. */
public final class Recordings {

  private static final String DIRECTORY = "/recordings/nvidia/";

  private static final Pattern CLOCKS =
      Pattern.compile("(?s)<supported_clocks>.*?</supported_clocks>");

  private Recordings() {}

  public static String read(String name) {
    try (InputStream in = Recordings.class.getResourceAsStream(DIRECTORY + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Up to half of an answer, of which no reader takes anything: a damage there tells nothing. */
  static String withoutClocks(String xml) {
    return CLOCKS.matcher(xml).replaceAll("");
  }

  /** Names of all recorded answers to {@code nvidia-smi -q -x}. */
  static List<String> allXml() throws IOException, URISyntaxException {
    return all().stream().filter(name -> name.endsWith(".xml")).toList();
  }

  /** Names of all, without what is written about them. */
  public static List<String> all() throws IOException, URISyntaxException {
    URL directory = Objects.requireNonNull(Recordings.class.getResource(DIRECTORY));
    try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".md") && !name.equals("expected.txt"))
          .sorted()
          .toList();
    }
  }
}
