package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sobre template show}: one batch file, as it is. */
@Command(
    name = "show",
    description = "Print a batch file.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExample:%n",
    footer = "  sobre template show sd-infer")
final class TemplateShowCommand implements Callable<Integer> {

  @Parameters(paramLabel = "NAME", description = "One of sobre template list.")
  private String name = "";

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    CommandLine line = requireNonNull(spec).commandLine();
    line.getOut().print(TemplateCommand.load(name).text());
    line.getOut().flush();
    return ExitCode.DONE;
  }
}
