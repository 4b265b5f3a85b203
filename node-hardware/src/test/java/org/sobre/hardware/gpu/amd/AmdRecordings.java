package org.sobre.hardware.gpu.amd;

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
import java.util.stream.Stream;

/** What real tools and a real kernel printed; see PROVENANCE.md beside the files. */
public final class AmdRecordings {

  private static final String DIRECTORY = "/recordings/amd/";

  private AmdRecordings() {}

  public static String read(String name) {
    try (InputStream in = AmdRecordings.class.getResourceAsStream(DIRECTORY + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names of all of them. */
  static List<String> all() throws IOException, URISyntaxException {
    URL directory = Objects.requireNonNull(AmdRecordings.class.getResource(DIRECTORY));
    try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.endsWith(".md"))
          .sorted()
          .toList();
    }
  }
}
