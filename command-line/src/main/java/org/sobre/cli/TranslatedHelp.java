package org.sobre.cli;

import java.util.ResourceBundle;
import org.sobre.hardware.message.Language;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.ColorScheme;
import picocli.CommandLine.IHelpFactory;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Makes the help of a command in the language of its reader. The annotations are in English; {@code
 * help_fr.properties} has the same in French, by picocli's keys. It is opened only when a help is
 * shown: no other command pays for it.
 */
final class TranslatedHelp implements IHelpFactory {

  private static final String BUNDLE = "org.sobre.cli.help";

  private static final ResourceBundle.Control NO_OTHER_LANGUAGE =
      ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);

  @Override
  public Help create(CommandSpec spec, ColorScheme colors) {
    CommandSpec root = spec.root();
    if (root.userObject() instanceof SobreCommand sobre) {
      // a wrong usage shows a help before any command has begun
      sobre.speak();
    }
    if (Language.current() != Language.ENGLISH && root.resourceBundle() == null) {
      translate(root.commandLine(), bundle(Language.current()));
    }
    return new Help(spec, colors);
  }

  static ResourceBundle bundle(Language language) {
    return ResourceBundle.getBundle(
        BUNDLE, language.locale(), TranslatedHelp.class.getClassLoader(), NO_OTHER_LANGUAGE);
  }

  /** For this command and all below. */
  static void translate(CommandLine command, ResourceBundle bundle) {
    command.setResourceBundle(bundle);
    command.getSubcommands().values().forEach(below -> translate(below, bundle));
  }
}
