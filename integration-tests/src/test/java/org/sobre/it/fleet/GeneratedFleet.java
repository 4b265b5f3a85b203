package org.sobre.it.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.it.fleet.GeneratedNode.Card;

/**
 * Unlike machines out of a seed, in the proportions of a real pack: 180 GPUs that are offered in
 * 330 machines, most of which have none. Cards of both vendors in one machine, of several models,
 * with device numbers in another order than the bus, cards that need a reset, and small ones that
 * only drive a display.
 */
final class GeneratedFleet {

  private static final int PACK_NODES = 330;
  private static final int PACK_GPUS = 180;
  private static final List<String> STEMS = List.of("gpu", "r410-", "fx", "old");

  private GeneratedFleet() {}

  static List<GeneratedNode> of(int nodes, long seed) {
    Random random = new Random(seed);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      names.add(String.format(Locale.ROOT, "%s%03d", STEMS.get(i % STEMS.size()), i));
    }
    Collections.shuffle(names, random);
    int gpus = Math.max(1, nodes * PACK_GPUS / PACK_NODES);
    List<GeneratedNode> fleet = new ArrayList<>();
    for (String name : names) {
      int offered = Math.min(gpus, 1 + random.nextInt(random.nextInt(6) == 0 ? 8 : 3));
      gpus -= offered;
      fleet.add(new GeneratedNode(name, cards(offered, random)));
    }
    return fleet;
  }

  private static List<Card> cards(int offered, Random random) {
    List<CardModel> models = new ArrayList<>();
    CardModel main = pick(random);
    for (int i = 0; i < offered; i++) {
      models.add(random.nextInt(5) == 0 ? pick(random) : main);
    }
    List<Integer> nvidia = minors(0, random);
    List<Integer> amd = minors(128, random);
    List<Card> cards = new ArrayList<>();
    for (CardModel model : models) {
      cards.add(card(model, nvidia, amd, true));
    }
    if (random.nextInt(4) == 0) {
      cards.add(card(CardModel.DISPLAY_ONLY, nvidia, amd, true));
    }
    if (random.nextInt(12) == 0) {
      cards.add(card(main, nvidia, amd, false));
    }
    Collections.shuffle(cards, random);
    return cards;
  }

  private static CardModel pick(Random random) {
    return CardModel.OFFERED.get(random.nextInt(CardModel.OFFERED.size()));
  }

  private static Card card(
      CardModel model, List<Integer> nvidia, List<Integer> amd, boolean works) {
    List<Integer> minors = model.vendor() == GpuVendor.AMD ? amd : nvidia;
    return new Card(model, minors.remove(0), works);
  }

  private static List<Integer> minors(int first, Random random) {
    List<Integer> minors = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      minors.add(first + i);
    }
    Collections.shuffle(minors, random);
    return minors;
  }
}
