package org.sobre.daemon.health;

import java.util.List;
import java.util.Set;
import org.sobre.slurm.health.CardLook;
import org.sobre.slurm.health.HealthCard;

/** One way of looking at cards. */
interface CardLooker extends AutoCloseable {

  /**
   * One look at each of the cards that it knows how to look at; the others are left out. Returns
   * within some seconds whatever a card does.
   *
   * @param ill those of them that a fault is believed of: they are asked though they sleep
   */
  List<CardLook> look(List<HealthCard> cards, Set<HealthCard> ill);

  @Override
  default void close() {}
}
