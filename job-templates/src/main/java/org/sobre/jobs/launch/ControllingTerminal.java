package org.sobre.jobs.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether this process has a controlling terminal: proc(5), the seventh field of stat. */
final class ControllingTerminal {

  private static final Path STAT = Path.of("/proc/self/stat");
  private static final int FIELDS_AFTER_NAME = 4;

  private ControllingTerminal() {}

  static boolean isThere() {
    try {
      return isThere(Files.readString(STAT));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * @param stat its second field, the program's name, is in parentheses and may hold blanks and
   *     parentheses itself
   */
  static boolean isThere(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", -1);
    return fields.length > FIELDS_AFTER_NAME && !fields[FIELDS_AFTER_NAME].equals("0");
  }
}
