package org.sobre.cli;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalDouble;
import org.sobre.jobs.plan.Device;
import org.sobre.slurm.cards.CardClass;

/**
 * A card, or a kind of cards, on which models are tried.
 *
 * @param name Slurm's type or a model; absent where only a size was asked for
 * @param device as the planner sees one of them
 * @param gigabytes its size, where that is all that is known of its memory
 * @param ofCluster present if Slurm has them
 * @param place where it is
 */
record FitCard(
    Optional<String> name,
    Device device,
    OptionalDouble gigabytes,
    Optional<CardClass> ofCluster,
    Place place) {

  /** Where it is, and so what can be said of it. */
  enum Place {
    /** Somewhere: nobody is on it. */
    ELSEWHERE,
    /** In this machine: what is free of it now counts. */
    HERE,
    /** No card at all, but main memory of a node. */
    MAIN_MEMORY
  }

  FitCard {
    requireNonNull(name, "name");
    requireNonNull(device, "device");
    requireNonNull(gigabytes, "gigabytes");
    requireNonNull(ofCluster, "ofCluster");
    requireNonNull(place, "place");
  }

  boolean isHere() {
    return place == Place.HERE;
  }

  boolean isMainMemory() {
    return place == Place.MAIN_MEMORY;
  }
}
