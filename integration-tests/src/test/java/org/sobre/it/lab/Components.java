package org.sobre.it.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;

/**
 * What a test needs and a machine may lack. {@code -Dsobre.require=slurm,mariadb} names what must
 * be there.
 */
public enum Components {
  /** Debian's Slurm. */
  SLURM("munged", "slurmdbd", "slurmctld", "slurmd", "sbatch", "sacctmgr"),
  MARIADB("mariadbd"),
  ROOT,
  /** What makes an image, and packages to install in it: {@code -Dsobre.debs=DIR}. */
  IMAGE("mmdebstrap", "dpkg-deb"),
  /** What tells programs another time. */
  FAKETIME,
  /** A browser. */
  CHROMIUM("chromium");

  @SuppressWarnings("ImmutableEnumChecker") // List.of
  private final List<String> programs;

  Components(String... programs) {
    this.programs = List.of(programs);
  }

  /** Disabled where one is absent; fails where an absent one is required. */
  public static ConditionEvaluationResult need(Components... needed) {
    Set<String> required = Set.of(System.getProperty("sobre.require", "").split(",", -1));
    List<String> absent = new ArrayList<>();
    Arrays.stream(needed).filter(one -> !one.isThere()).forEach(one -> absent.add(one.word()));
    List<String> missed = absent.stream().filter(required::contains).toList();
    if (!missed.isEmpty()) {
      throw new IllegalStateException("required by -Dsobre.require and absent: " + missed);
    }
    if (!absent.isEmpty()) {
      return ConditionEvaluationResult.disabled("absent: " + absent);
    }
    if (Set.of(needed).equals(Set.of(CHROMIUM))) {
      return ConditionEvaluationResult.enabled("a browser is there");
    }
    if (Files.isExecutable(stage().resolve("usr/bin/sobre"))) {
      return ConditionEvaluationResult.enabled("a cluster can be had");
    }
    String reason = stage() + " is not there: packaging/stage.sh target/stage makes it";
    if (required.contains(SLURM.word())) {
      throw new IllegalStateException(reason);
    }
    return ConditionEvaluationResult.disabled(reason);
  }

  /** The tree that packaging/stage.sh made. */
  public static Path stage() {
    return directory("sobre.stage", "../target/stage");
  }

  /**
   * A directory that a property names.
   *
   * @param otherwise seen from integration-tests, where Maven runs this
   */
  public static Path directory(String property, String otherwise) {
    return Path.of(System.getProperty(property, otherwise)).toAbsolutePath().normalize();
  }

  private boolean isThere() {
    return switch (this) {
      case SLURM, MARIADB, CHROMIUM -> hasPrograms();
      case ROOT -> "root".equals(System.getProperty("user.name"));
      case IMAGE -> hasPrograms() && System.getProperty("sobre.debs") != null;
      case FAKETIME -> faketime().isPresent();
    };
  }

  /** libfaketime, for programs with several threads. */
  public static Optional<Path> faketime() {
    try (Stream<Path> architectures = Files.list(Path.of("/usr/lib"))) {
      return architectures
          .map(directory -> directory.resolve("faketime/libfaketimeMT.so.1"))
          .filter(Files::exists)
          .findFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean hasPrograms() {
    return programs.stream()
        .allMatch(
            program ->
                Stream.of("/usr/sbin", "/usr/bin")
                    .anyMatch(folder -> Files.isExecutable(Path.of(folder, program))));
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
