package org.sobre.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;
import org.sobre.hardware.message.Messages;

/** Where a model of the command line is kept as a profile. */
final class PriorFile {

  private static final Messages MESSAGES = Messages.of(PriorFile.class);
  private static final String SUFFIX = ".yaml";
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private PriorFile() {}

  /**
   * @param file called as the profile shall be, with {@code .yaml}
   * @throws Failure if it is not, or is there
   */
  static void write(Path file, PriorYaml model) throws IOException {
    String last = file.toAbsolutePath().normalize().getFileName() + "";
    String name = last.endsWith(SUFFIX) ? last.substring(0, last.length() - SUFFIX.length()) : "";
    if (!NAME.matcher(name).matches()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.write.name", file));
    }
    String text =
        model.render(
            name,
            PriorModel.LEAST_CAPABILITY,
            PriorModel.LEAST_DRIVER,
            MESSAGES.text("fit.write.source"));
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("fit.write.there", file));
    }
  }
}
