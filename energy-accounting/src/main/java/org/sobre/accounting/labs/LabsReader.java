package org.sobre.accounting.labs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.sobre.accounting.factors.DatedValues;
import org.sobre.accounting.factors.Days;
import org.sobre.accounting.labs.LabMap.Allocation;
import org.sobre.accounting.labs.LabMap.Others;
import org.sobre.accounting.labs.LabMap.Rule;
import org.sobre.hardware.config.ConfigurationException;
import org.sobre.hardware.config.Problems;
import org.sobre.hardware.config.YamlDocument;
import org.sobre.hardware.config.YamlSection;
import org.sobre.hardware.message.Messages;

/** Reads {@code labs.yaml}; all its problems at once. */
public final class LabsReader {

  public static final String SCHEMA = "sobre-labs/1";

  private static final Messages MESSAGES = Messages.of(LabsReader.class);
  private static final String ACCOUNTS = "accounts";

  private final YamlSection top;
  private final List<Rule> rules = new ArrayList<>();

  private LabsReader(YamlSection top) {
    this.top = top;
  }

  /**
   * Each account is a lab of its own if the file is not there. A link to one that is away is not no
   * file.
   *
   * @throws ConfigurationException with every problem of the file
   */
  public static LabMap load(Path file) throws IOException, ConfigurationException {
    // a link to a share that is away is there: its labs must not be left out in silence
    if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
      return LabMap.BY_ACCOUNT;
    }
    Problems problems = new Problems();
    LabMap labs = from(YamlDocument.read(file, problems));
    problems.refuseIfAny();
    return labs;
  }

  /** Binds the document; problems go to the section's collector. */
  public static LabMap from(YamlSection top) {
    return new LabsReader(top).read();
  }

  private LabMap read() {
    top.require("schema", SCHEMA);
    top.oneOf("schema", List.of(SCHEMA));
    Others others =
        top.oneOf("others", List.of("account", "unassigned"))
            .map(word -> Others.valueOf(word.toUpperCase(Locale.ROOT)))
            .orElse(Others.ACCOUNT);
    Allocation allocation =
        top.oneOf("allocation", List.of("none", "by-reserved-share"))
            .filter("by-reserved-share"::equals)
            .map(word -> Allocation.BY_RESERVED_SHARE)
            .orElse(Allocation.NONE);
    top.sections("labs").forEach(this::lab);
    top.refuseUnknownKeys();
    return new LabMap(rules, others, allocation, AccountTree.FLAT);
  }

  /** {@code {lab: Vision, accounts: [vision, vision-phd], cluster: cbp, from: 2026-01-01}}. */
  private void lab(YamlSection item) {
    String lab = item.requiredString("lab").strip();
    if (item.has("lab") && lab.isEmpty()) {
      item.problem("lab", MESSAGES.text("lab.empty"));
    }
    Optional<String> cluster = item.string("cluster").map(String::strip);
    if (cluster.filter(String::isEmpty).isPresent()) {
      item.problem("cluster", MESSAGES.text("cluster.empty"));
    }
    Optional<Days> days = DatedValues.days(item);
    item.require(ACCOUNTS);
    List<String> accounts = item.strings(ACCOUNTS).stream().map(String::strip).toList();
    if (item.has(ACCOUNTS) && (accounts.isEmpty() || accounts.contains(""))) {
      item.problem(ACCOUNTS, MESSAGES.text("accounts.empty"));
    }
    item.refuseUnknownKeys();
    if (!lab.isEmpty() && days.isPresent()) {
      for (String account : accounts) {
        if (!account.isEmpty()) {
          add(item, new Rule(lab, cluster, account, days.get()));
        }
      }
    }
  }

  private void add(YamlSection item, Rule rule) {
    for (Rule other : rules) {
      if (other.collidesWith(rule)) {
        item.problem(
            ACCOUNTS,
            MESSAGES.text("accounts.overlap", rule.account(), other.lab(), since(rule, other)));
        return;
      }
    }
    rules.add(rule);
  }

  /** The first day on which both speak; of what holds since ever, the word for it. */
  private static String since(Rule rule, Rule other) {
    return rule.days().from().stream()
        .filter(day -> other.days().contains(day))
        .findFirst()
        .or(other.days()::from)
        .map(Object::toString)
        .orElseGet(() -> MESSAGES.text("days.ever"));
  }
}
