package org.sobre.jobs.plan;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The cards that would do, in Slurm's words: of a size, of a kind, or of both.
 *
 * @param gigabytes of the feature {@code vram_ge_Ng}; empty if size is not what is asked for
 */
record CardConstraint(OptionalInt gigabytes, Optional<KindConstraint> kinds) {

  CardConstraint {
    requireNonNull(gigabytes, "gigabytes");
    requireNonNull(kinds, "kinds");
  }

  /**
   * {@code vram_ge_24g&(gpu_cc_ge_6_0|gpu_vendor_amd)}: Slurm 22.05 reads a bar and an ampersand
   * from left to right, so that alternatives beside a size stand in parentheses.
   *
   * @return empty where every card will do
   */
  Optional<String> expression() {
    List<String> words = new ArrayList<>();
    gigabytes.ifPresent(size -> words.add("vram_ge_" + size + "g"));
    kinds
        .map(KindConstraint::expression)
        .map(kind -> kind.contains("|") && gigabytes.isPresent() ? "(" + kind + ")" : kind)
        .ifPresent(words::add);
    return words.isEmpty() ? Optional.empty() : Optional.of(String.join("&", words));
  }

  /** To be pasted behind sbatch, or behind {@code #SBATCH}: bars are the shell's otherwise. */
  Optional<String> option() {
    return expression()
        .map(words -> words.matches("\\w+") ? words : "'" + words + "'")
        .map(words -> "--constraint=" + words);
  }
}
