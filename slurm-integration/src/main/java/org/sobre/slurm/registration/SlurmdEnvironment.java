package org.sobre.slurm.registration;

import java.util.StringJoiner;
import org.sobre.slurm.node.AdminState;

/**
 * {@code slurmd.env}: one variable, SLURMD_OPTIONS. systemd reads it with EnvironmentFile= and
 * splits {@code $SLURMD_OPTIONS} into words, respecting the single quotes (systemd.service(5)); a
 * shell does the same with {@code . slurmd.env; eval "slurmd -D $SLURMD_OPTIONS"}.
 */
final class SlurmdEnvironment {

  private SlurmdEnvironment() {}

  /**
   * @param controller {@code host:port}
   * @param slurmdConf of letters that neither systemd nor a shell takes for anything else: types
   *     and features have no quote, dollar or backslash
   * @param admin what is told again: {@code --conf} carries state, weight and features; reason,
   *     comment and Extra are not kept at registration (seen with 22.05.8) and are set after it
   * @param holdOut whether the node is to come drained for a reason of our own
   */
  static String render(String controller, String slurmdConf, AdminState admin, boolean holdOut) {
    StringJoiner words = new StringJoiner(" ");
    words.setEmptyValue("");
    String own = String.join(",", admin.features());
    boolean hasFeatures = slurmdConf.contains("Feature=");
    String conf = hasFeatures && !own.isEmpty() ? slurmdConf + "," + own : slurmdConf;
    if (!conf.isEmpty()) {
      words.add(conf);
    }
    if (!hasFeatures && !own.isEmpty()) {
      words.add("Feature=" + own);
    }
    if (holdOut || admin.drainReason().isPresent()) {
      words.add("State=DRAIN");
    }
    admin.weight().ifPresent(weight -> words.add("Weight=" + weight));
    String option = words.length() == 0 ? "" : " --conf '" + words + "'";
    return "SLURMD_OPTIONS=\"-Z --conf-server " + controller + option + "\"\n";
  }

  /** For a node of which nothing is known yet: slurmd starts, and gives no GPU. */
  static String bare(String controller) {
    return render(controller, "", AdminState.NONE, false);
  }
}
