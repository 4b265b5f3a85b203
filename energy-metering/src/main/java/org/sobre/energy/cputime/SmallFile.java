package org.sobre.energy.cputime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/** One of the kernel's files that tells a number. */
final class SmallFile {

  private SmallFile() {}

  /** Empty where it is not there, may not be read, or says something else. */
  static OptionalLong read(Path file, Function<String, OptionalLong> parser) {
    return text(file).map(parser).orElse(OptionalLong.empty());
  }

  /** Of any bytes, as a program's name may be; empty where it is not there or may not be read. */
  static Optional<String> text(Path file) {
    try {
      return Optional.of(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
