package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.config.SobreConfig;
import org.sobre.hardware.message.Messages;
import org.sobre.jobs.template.BatchTemplate;
import org.sobre.jobs.template.TemplateCatalog;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sobre template new}: a copy of a batch file, to be made one's own. */
@Command(
    name = "new",
    description = "Copy a batch file, and say how it is submitted.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  sobre template new sd-infer --account lab1",
      "  sobre template new sd-finetune faces.sbatch --account lab1 --output %%j.out",
      "",
      "A file that is there already is left as it is, with status 2, unless --force."
    })
final class TemplateNewCommand implements Callable<Integer> {

  private static final Messages MESSAGES = Messages.of(TemplateNewCommand.class);

  /** What needs no quotes in a line of #SBATCH. */
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9/._%@:,+=~-]+");

  @Parameters(index = "0", paramLabel = "NAME", description = "One of sobre template list.")
  private String name = "";

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "FILE",
      description = "Where to; a directory will do. By default NAME.sbatch in this one.")
  private @Nullable Path file;

  @Option(
      names = "--account",
      paramLabel = "LAB",
      description = "Slurm account that pays, as in sbatch.")
  private @Nullable String account;

  @Option(
      names = "--output",
      paramLabel = "PATTERN",
      description = "File for the job's output, as in sbatch.")
  private @Nullable String output;

  @Option(names = "--force", description = "Write over a file that is there.")
  private boolean force;

  @Spec private @Nullable CommandSpec spec;

  private final Map<String, String> environment;

  TemplateNewCommand() {
    this(System.getenv());
  }

  TemplateNewCommand(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws IOException {
    BatchTemplate template = TemplateCommand.load(name);
    template = with(template, "account", account);
    template = with(template, "output", output);
    Path target = target(template);
    write(template, target);
    CommandLine line = requireNonNull(spec).commandLine();
    if (SlurmAtHand.isThere(config(), environment)) {
      line.getOut().println(MESSAGES.text("template.new.written", target));
      line.getOut().println("  sbatch " + lab(template) + ShellWord.quoted(target.toString()));
    } else {
      line.getOut().println(MESSAGES.text("template.new.written.station", target));
      line.getOut().println("  bash " + ShellWord.quoted(target.toString()));
    }
    line.getOut().flush();
    return ExitCode.DONE;
  }

  /** One that cannot be read is no matter of a copied file. */
  private Optional<SobreConfig> config() {
    try {
      return requireNonNull(spec).root().userObject() instanceof SobreCommand sobre
          ? Optional.of(sobre.loadConfig())
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static BatchTemplate with(BatchTemplate template, String option, @Nullable String value) {
    if (value == null) {
      return template;
    }
    if (!PLAIN.matcher(value).matches()) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("template.new.option", "--" + option, value));
    }
    return template.with(option, value);
  }

  private Path target(BatchTemplate template) {
    String own = template.name() + TemplateCatalog.SUFFIX;
    if (file == null) {
      return Path.of(own);
    }
    return Files.isDirectory(file) ? file.resolve(own) : file;
  }

  private void write(BatchTemplate template, Path target) throws IOException {
    Path directory = target.toAbsolutePath().getParent();
    if (directory != null && !Files.isDirectory(directory)) {
      throw new Failure(
          ExitCode.INPUT_OUTPUT, MESSAGES.text("template.new.directory", target, directory));
    }
    OpenOption[] open =
        force
            ? new OpenOption[] {
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE
            }
            : new OpenOption[] {StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE};
    try {
      Files.writeString(target, template.text(), open);
    } catch (FileAlreadyExistsException e) {
      throw new Failure(ExitCode.USAGE, MESSAGES.text("template.new.exists", target));
    }
  }

  /** The site may know of each person's lab, or may not: who has said none is reminded. */
  private static String lab(BatchTemplate template) {
    return template.option("account").isPresent()
        ? ""
        : "--account=" + MESSAGES.text("template.new.lab") + " ";
  }
}
