package org.sobre.hardware.gpu.nvidia;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The character devices of {@code /proc/devices}.
 *
 * @param majors by the driver's name: {@code nvidia-frontend} (drivers to 545), {@code nvidia},
 *     {@code nvidia-uvm}, {@code nvidia-caps}
 */
record CharacterDevices(Map<String, Integer> majors) {

  private static final Pattern LINE = Pattern.compile("\\s*(\\d{1,4})\\s+(\\S{1,64})\\s*");

  CharacterDevices {
    majors = Map.copyOf(majors);
  }

  /** Reads the part before {@code Block devices:}. */
  static CharacterDevices parse(String text) {
    Map<String, Integer> majors = new HashMap<>();
    text.lines()
        .takeWhile(line -> !line.startsWith("Block"))
        .forEach(
            line -> {
              Matcher m = LINE.matcher(line);
              if (m.matches()) {
                majors.putIfAbsent(m.group(2), Integer.parseInt(m.group(1)));
              }
            });
    return new CharacterDevices(majors);
  }

  /** Of the first of these names that is there. */
  OptionalInt majorOf(String... names) {
    return Stream.of(names)
        .filter(majors::containsKey)
        .mapToInt(name -> majors.getOrDefault(name, 0))
        .findFirst();
  }
}
