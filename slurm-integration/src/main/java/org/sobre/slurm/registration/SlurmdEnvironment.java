package org.sobre.slurm.registration;

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
   */
  static String render(String controller, String slurmdConf, AdminState admin) {
    String conf = (slurmdConf + admin.slurmdConf()).strip();
    String option = conf.isEmpty() ? "" : " --conf '" + conf + "'";
    return "SLURMD_OPTIONS=\"-Z --conf-server " + controller + option + "\"\n";
  }
}
