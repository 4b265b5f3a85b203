import java.io.File;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.codegen.docgen.manpage.ManPageGenerator;

/**
 * Writes what picocli knows of the command for those who do not ask it: a man page in AsciiDoc for each command, and bash's
 * completion. Run by packaging/pages.sh; no part of the product.
 *
 * <p>{@code CommandPages DIRECTORY}
 */
public final class CommandPages {

  public static void main(String[] args) throws IOException, ReflectiveOperationException {
    Path directory = Path.of(args[0]);
    Files.createDirectories(directory);
    // the product's own factory of the whole tree; nothing else of it needs to be public
    Method factory = Class.forName("org.sobre.cli.SobreCommand").getDeclaredMethod("commandLine");
    factory.setAccessible(true);
    CommandLine sobre = (CommandLine) factory.invoke(null);
    List<CommandSpec> specs = new ArrayList<>();
    collect(sobre, specs);
    int status =
        ManPageGenerator.generateManPage(
            directory.toFile(), (File) null, new boolean[0], false, specs.toArray(new CommandSpec[0]));
    if (status != 0) {
      throw new IOException("the generator of man pages ended with " + status);
    }
    Files.writeString(directory.resolve("sobre.completion"), AutoComplete.bash("sobre", sobre));
  }

  private static void collect(CommandLine command, List<CommandSpec> specs) {
    if (command.getCommandSpec().usageMessage().hidden()) {
      return;
    }
    specs.add(command.getCommandSpec());
    command.getSubcommands().values().forEach(below -> collect(below, specs));
  }
}
