package org.sobre.jobs.calibration;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Writes ceilings of one batch, as a task of an array would. */
final class CeilingWriterMain {

  private CeilingWriterMain() {}

  public static void main(String[] arguments) {
    CalibrationStore store = new CalibrationStore(Path.of(arguments[0]), "n1", List.of(), Set.of());
    int batch = Integer.parseInt(arguments[1]);
    for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
      if (!store.append(Lines.ceiling(batch, 1_000 + i, i))) {
        System.exit(1);
      }
    }
  }
}
