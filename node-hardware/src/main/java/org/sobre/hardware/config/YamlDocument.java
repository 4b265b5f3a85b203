package org.sobre.hardware.config;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * Reads a YAML text into its node graph, which keeps the place of every key; nothing is
 * instantiated from it.
 */
public final class YamlDocument {

  /** A configuration is written by hand; ten thousand times less than this would be long. */
  private static final int MAX_CHARACTERS = 1 << 20;

  private YamlDocument() {}

  /**
   * The top mapping of a file. A problem, and an empty section, if it is not one.
   *
   * @throws IOException if the file cannot be read at all
   */
  public static YamlSection read(Path file, Problems problems) throws IOException {
    if (Files.isDirectory(file)) {
      throw new IOException("expected the file " + file + ", found a directory");
    }
    if (Files.size(file) > MAX_CHARACTERS) {
      problems.add(
          new Problem(
              file.toString(),
              1,
              1,
              "expected at most 1 MiB of YAML, found " + Files.size(file) + " B"));
      return YamlSection.empty(file.toString(), problems);
    }
    try {
      return parse(file.toString(), Files.readString(file), problems);
    } catch (CharacterCodingException e) {
      problems.add(
          new Problem(file.toString(), 1, 1, "expected a text in UTF-8, found other bytes"));
      return YamlSection.empty(file.toString(), problems);
    }
  }

  /**
   * @param source what to call the text in messages
   */
  public static YamlSection parse(String source, String text, Problems problems) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(20);
    options.setCodePointLimit(MAX_CHARACTERS);
    try {
      Node root = new Yaml(new SafeConstructor(options)).compose(new StringReader(text));
      if (root == null) {
        return YamlSection.empty(source, problems);
      }
      if (root instanceof MappingNode mapping) {
        return YamlSection.of(source, "", mapping, problems);
      }
      problems.add(
          problemAt(
              source, root.getStartMark(), "expected a mapping of keys to values at the top"));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      problems.add(problemAt(source, mark, "not valid YAML: " + e.getProblem()));
    } catch (YAMLException e) {
      problems.add(new Problem(source, 1, 1, "not valid YAML: " + e.getMessage()));
    }
    return YamlSection.empty(source, problems);
  }

  static Problem problemAt(String source, Mark mark, String message) {
    return new Problem(source, mark.getLine() + 1, mark.getColumn() + 1, message);
  }
}
