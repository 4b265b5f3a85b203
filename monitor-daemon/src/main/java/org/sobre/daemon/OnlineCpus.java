package org.sobre.daemon;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.sobre.hardware.probe.SysRoot;

/**
 * The logical processors that are on, from {@code /sys/devices/system/cpu/online}: of the machine,
 * whatever this process may use of it.
 */
final class OnlineCpus {

  private static final Pattern LIST =
      Pattern.compile("\\d{1,5}(-\\d{1,5})?(,\\d{1,5}(-\\d{1,5})?)*");
  private static final Pattern RANGE = Pattern.compile("(\\d+)(?:-(\\d+))?");

  private OnlineCpus() {}

  static int count(SysRoot root) throws IOException {
    Path file = root.sys().resolve("devices/system/cpu/online");
    String text = Files.readString(file).strip();
    if (!LIST.matcher(text).matches()) {
      throw new IOException(file + ": expected processors as 0-15,32, found \"" + text + "\"");
    }
    return count(text);
  }

  private static int count(String list) {
    int count = 0;
    Matcher range = RANGE.matcher(list);
    while (range.find()) {
      int first = Integer.parseInt(range.group(1));
      int last = range.group(2) == null ? first : Integer.parseInt(range.group(2));
      count += last - first + 1;
    }
    return count;
  }
}
