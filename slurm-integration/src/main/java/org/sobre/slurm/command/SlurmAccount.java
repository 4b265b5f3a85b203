package org.sobre.slurm.command;

import java.util.List;

/**
 * One of Slurm's accounts, directly below another.
 *
 * @param cluster as Slurm calls it
 * @param parent the account above; {@code root} is above all
 */
public record SlurmAccount(String cluster, String name, String parent) {

  private static final int COUNT_OF_FIELDS = 4;

  public SlurmAccount {
    if (cluster.isBlank() || name.isBlank() || parent.isBlank()) {
      throw new IllegalArgumentException(
          "expected a cluster, an account and its parent, found \""
              + String.join("|", cluster, name, parent)
              + "\"");
    }
  }

  /**
   * What {@code sacctmgr -n -P show association format=Cluster,Account,ParentName,User} prints: the
   * lines of users, and that of root, which is below nobody, are passed over. Pure.
   *
   * @throws IllegalArgumentException naming the line, if it is none of these
   */
  static List<SlurmAccount> parse(String text) {
    return text.lines()
        .filter(line -> !line.isBlank())
        .map(SlurmAccount::fields)
        .filter(fields -> fields[3].isEmpty() && !fields[2].isEmpty())
        .map(fields -> new SlurmAccount(fields[0], fields[1], fields[2]))
        .toList();
  }

  private static String[] fields(String line) {
    String[] fields = line.split("\\|", -1);
    if (fields.length != COUNT_OF_FIELDS) {
      throw new IllegalArgumentException(
          "expected cluster|account|parent|user, found \"" + line + "\"");
    }
    return fields;
  }
}
