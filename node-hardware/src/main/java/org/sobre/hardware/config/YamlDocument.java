package org.sobre.hardware.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sobre.hardware.message.Messages;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads a YAML text into its node graph, which keeps the place of every key; nothing is
 * instantiated from it.
 */
public final class YamlDocument {

  private static final Messages MESSAGES = Messages.of(YamlDocument.class);

  /** A configuration is written by hand; ten thousand times less than this would be long. */
  private static final int MAX_CHARACTERS = 1 << 20;

  private static final int MAX_ALIASES = 20;

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  private YamlDocument() {}

  /**
   * The top mapping of a file. A problem, and an empty section, if it is not one.
   *
   * @throws IOException if the file cannot be read at all
   */
  public static YamlSection read(Path file, Problems problems) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException(MESSAGES.text("file.directory", file));
    }
    String source = file.toString();
    if (Files.size(file) > MAX_CHARACTERS) {
      return unusable(source, MESSAGES.text("file.tooLarge", Files.size(file)), problems);
    }
    try {
      return parse(source, Utf8Text.read(file), problems);
    } catch (Utf8Text.NotUtf8Exception e) {
      return unusable(source, MESSAGES.text("file.notUtf8", e.line()), problems);
    }
  }

  /**
   * @param source what to call the text in messages
   */
  public static YamlSection parse(String source, String text, Problems problems) {
    // Windows editors write this mark before the first line
    String yaml = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    try {
      Node root = compose(yaml);
      if (root == null) {
        return YamlSection.empty(source, problems);
      }
      if (root instanceof MappingNode mapping) {
        YamlLayer top = YamlLayer.of(source, "", mapping, true, problems);
        return new YamlSection(List.of(top), problems);
      }
      String message = MESSAGES.text("expected.mappingAtTop", YamlLayer.kind(root));
      problems.add(problemAt(source, root.getStartMark(), message));
      return YamlSection.empty(source, problems);
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      problems.add(problemAt(source, mark, syntax(e)));
      return YamlSection.empty(source, problems);
    } catch (ReaderException e) {
      return unusable(source, unprintable(yaml, e), problems);
    } catch (YAMLException e) {
      return unusable(
          source, MESSAGES.text("yaml.invalid", String.valueOf(e.getMessage())), problems);
    }
  }

  /** As Yaml.compose does it, without what makes objects of nodes, and a logger for that. */
  private static @Nullable Node compose(String yaml) {
    LoaderOptions options = options();
    StreamReader reader = new StreamReader(new StringReader(yaml));
    return new Composer(new ParserImpl(reader, options), new Resolver(), options).getSingleNode();
  }

  private static LoaderOptions options() {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(MAX_ALIASES);
    options.setCodePointLimit(MAX_CHARACTERS);
    return options;
  }

  private static String syntax(MarkedYAMLException e) {
    String said = String.valueOf(e.getProblem());
    return said.contains("(TAB)")
        ? MESSAGES.text("yaml.tab")
        : MESSAGES.text("yaml.invalid", ScalarText.shown(said));
  }

  private static String unprintable(String yaml, ReaderException e) {
    int at = Math.min(e.getPosition(), yaml.length());
    long line = yaml.substring(0, at).chars().filter(letter -> letter == '\n').count() + 1;
    return MESSAGES.text("yaml.unprintable", Integer.toHexString(e.getCodePoint()), line);
  }

  private static YamlSection unusable(String source, String message, Problems problems) {
    problems.add(new Problem(source, 1, 1, "", message));
    return YamlSection.empty(source, problems);
  }

  private static Problem problemAt(String source, Mark mark, String message) {
    return new Problem(source, mark.getLine() + 1, mark.getColumn() + 1, "", message);
  }
}
