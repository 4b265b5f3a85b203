package org.sobre.it.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer.OrderAnnotation;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * A clean Debian becomes the controller by the commands of docs/admin-guide.md, serves, and is rid
 * of Sobre again. One machine, whose life the tests are, in their order.
 */
@CleanDebian
@TestMethodOrder(OrderAnnotation.class)
class ControllerIT {

  private static Machine ctl;

  @BeforeAll
  static void boot() {
    ctl = Machine.up("ctl");
  }

  @AfterAll
  static void off() {
    if (ctl != null) {
      ctl.close();
    }
  }

  @Test
  @Order(1)
  void theGuidesCommandsMakeAControllerThatServes() {
    ctl.test("controller", "user");
    ctl.test("controller", "slurm");
    ctl.test("controller", "packages");
    // nothing of Slurm's was changed, and nothing has failed before anything is configured
    assertThat(ctl.run("ls /etc/slurm")).doesNotContain("slurm.conf", "gres.conf");
    assertThat(failedUnits()).isEmpty();
    // the guide's number, and the package's own line has no word to say
    assertThat(ctl.run("systemd-sysusers 2>&1 && id -u sobre")).isEqualTo("950");
    ctl.test("controller", "configure");
    assertThat(failedUnits()).isEmpty();
    assertThat(ctl.run("systemctl cat slurmctld")).contains("before-slurmctld");
  }

  @Test
  @Order(2)
  void theLedgerIsReadByItselfAndReportedRight() {
    assertThat(ctl.test("controller", "report")).contains("lab-vision", "lab-nlp", "total");
    assertThat(failedUnits()).isEmpty();
  }

  @Test
  @Order(3)
  void theServiceMayDoLittle() {
    for (String unit : List.of("sobre-ingest", "sobre-forget")) {
      String exposure = ctl.run("systemd-analyze security " + unit + ".service | tail -n 1");
      assertThat(exposure).as(unit).matches(".*: [01]\\.\\d (OK|SAFE).*");
    }
  }

  /** The Include names a file that is in memory: made again before slurmctld starts. */
  @Test
  @Order(4)
  void slurmctldStartsWhereTheFragmentIsGone() {
    ctl.run("rm -r /run/sobre && systemctl restart slurmctld");
    ctl.run("timeout 30 sh -c 'until scontrol ping | grep -q UP; do sleep 0.2; done'");
    assertThat(ctl.run("ls -s /run/sobre/slurm")).contains("0 gres.conf");
  }

  @Test
  @Order(5)
  void theGuidesCommandsMakeAnImage() {
    ctl.run(
        "mount -t tmpfs image /srv"
            + " && mkdir -p /srv/upper /srv/work /srv/nfsroot/sidus"
            + " && mount -t overlay -o upperdir=/srv/upper,workdir=/srv/work,lowerdir="
            + Machine.BASE
            + " image /srv/nfsroot/sidus"
            + " && printf '#!/bin/sh\\nexit 101\\n' > /srv/nfsroot/sidus/usr/sbin/policy-rc.d"
            + " && chmod 755 /srv/nfsroot/sidus/usr/sbin/policy-rc.d");
    assertThat(ctl.test("controller", "image"))
        .contains("ii  sobre-common", "ii  sobre-node", "ii  sobre-templates");
    ctl.run("umount /srv/nfsroot/sidus && umount /srv");
  }

  @Test
  @Order(6)
  void purgeLeavesDataAlone() {
    List<String> data = data();
    assertThat(data).contains("/var/lib/sobre/accounting.db").hasSizeGreaterThan(3);
    ctl.test("controller", "remove");
    assertThat(data()).isEqualTo(data);
    assertThat(withSobreInTheirNames())
        .containsExactly("/etc/sysusers.d/sobre-common.conf", "/shared/sobre", "/var/lib/sobre");
    assertThat(failedUnits()).isEmpty();
    assertThat(ctl.run("systemctl list-unit-files 'sobre*' || :")).contains("0 unit files");
  }

  /** Those that share the cluster's slurm.conf and gres.conf: the guide's two lines do. */
  @Test
  @Order(7)
  void aMachineWithoutSobreServes() {
    ctl.test("controller", "foreign");
    assertThat(failedUnits()).isEmpty();
  }

  private static List<String> data() {
    return ctl.run("find /shared/sobre /var/lib/sobre -type f | sort").lines().toList();
  }

  /** Not below one another, and not what is in memory alone. */
  private static List<String> withSobreInTheirNames() {
    return ctl.run("find / -xdev -name '*sobre*' -prune -print | sort").lines().toList();
  }

  private static String failedUnits() {
    return ctl.run("systemctl list-units --failed --plain --no-legend | grep -v '^$' || :");
  }
}
