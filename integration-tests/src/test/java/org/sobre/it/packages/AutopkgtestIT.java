package org.sobre.it.packages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The packages' own tests (packaging/debian/tests), each on a clean Debian with what its Depends
 * names; {@code controller} is {@link ControllerIT}'s.
 */
@CleanDebian
class AutopkgtestIT {

  @Test
  void command() {
    assertThat(onACleanMachine("command")).contains("labs in ");
  }

  @Test
  void node() {
    assertThat(onACleanMachine("node")).contains("(no account)");
  }

  private static String onACleanMachine(String test) {
    try (Machine machine = Machine.up("clean")) {
      String depends =
          machine.run(
              "sed -n '/^Tests: "
                  + test
                  + "$/,/^$/ s/^Depends: //p' "
                  + Machine.SOURCE
                  + "/packaging/debian/tests/control");
      String packages =
          Arrays.stream(depends.split(", "))
              .map(name -> name.startsWith("sobre-") ? Machine.deb(name) : name)
              .collect(Collectors.joining(" "));
      // what they depend on among themselves is not in any archive
      machine.run(
          "apt-get -q install --no-install-recommends "
              + packages
              + " "
              + Machine.deb("sobre-common"));
      return machine.test(test);
    }
  }
}
