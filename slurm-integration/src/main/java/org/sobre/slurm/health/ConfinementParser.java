package org.sobre.slurm.health;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether Slurm keeps a job from the GPUs that were given to others: {@code ConstrainDevices=yes}
 * in cgroup.conf (by default no: cgroup.conf(5)), carried out by {@code TaskPlugin=…task/cgroup} of
 * slurm.conf. Keys are read in any case and the last of a kind counts, as slurmd reads them; an
 * Include is not followed.
 */
public final class ConfinementParser {

  private ConfinementParser() {}

  /**
   * @param cgroupConf text of cgroup.conf
   */
  public static boolean constrainsDevices(String cgroupConf) {
    return value(cgroupConf, "constraindevices").filter("yes"::equals).isPresent();
  }

  /**
   * @param slurmConf text of slurm.conf
   */
  public static boolean confinesTasks(String slurmConf) {
    return value(slurmConf, "taskplugin")
        .filter(v -> v.matches("(.*,)?task/cgroup(,.*)?"))
        .isPresent();
  }

  private static Optional<String> value(String text, String key) {
    Pattern form = Pattern.compile("(?im)^\\h*" + key + "\\h*=\\h*([^\\s#]+)");
    Matcher m = form.matcher(text);
    Optional<String> last = Optional.empty();
    while (m.find()) {
      last = Optional.of(m.group(1).toLowerCase(Locale.ROOT));
    }
    return last;
  }
}
