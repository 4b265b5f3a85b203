package org.sobre.it.fleet;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Random;
import org.sobre.hardware.gpu.GpuVendor;
import org.sobre.it.fleet.GeneratedNode.Card;

/**
 * Unlike machines out of a seed, in the proportions of a real pack: 180 GPUs that are offered in
 * 330 machines, most of which have none. Cards of both vendors in one machine, of several models,
 * with device numbers in another order than the bus, cards that need a reset, and small ones that
 * only drive a display. One machine of each kind is there whatever the seed, and in small packs
 * too.
 */
final class GeneratedFleet {

  private static final int PACK_NODES = 330;
  private static final int PACK_GPUS = 180;

  /** So that a small pack has some out of the seed beside the kinds. */
  private static final int LEAST_GPUS = 24;

  /** How many machines {@link #kinds} makes. */
  private static final int KINDS = 5;

  private static final List<String> STEMS = List.of("gpu", "r410-", "fx", "old");

  private GeneratedFleet() {}

  static List<GeneratedNode> of(int nodes, long seed) {
    Random random = new Random(seed);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      names.add(String.format(Locale.ROOT, "%s%03d", STEMS.get(i % STEMS.size()), i));
    }
    Collections.shuffle(names, random);
    List<GeneratedNode> fleet = kinds(names.subList(0, KINDS));
    int gpus = gpus(nodes) - fleet.stream().mapToInt(GeneratedNode::gpus).sum();
    for (String name : names.subList(KINDS, nodes)) {
      int offered = Math.min(gpus, 1 + random.nextInt(random.nextInt(6) == 0 ? 8 : 3));
      gpus -= offered;
      fleet.add(new GeneratedNode(name, cards(offered, random)));
    }
    return fleet;
  }

  /** How many GPUs a pack of so many nodes is given. */
  static int gpus(int nodes) {
    return Math.max(LEAST_GPUS, nodes * PACK_GPUS / PACK_NODES);
  }

  /**
   * Both vendors; models in turn along the bus, minors against it; MIG; shares; linked cards, and
   * with them all families.
   */
  private static List<GeneratedNode> kinds(List<String> names) {
    CardModel gamer = CardModel.ofType("nvidia_geforce_rtx_3060");
    CardModel old = CardModel.ofType("nvidia_geforce_gtx_1080_ti");
    CardModel big = CardModel.ofType("nvidia_a100-sxm4-80gb");
    return new ArrayList<>(
        List.of(
            new GeneratedNode(
                names.get(0),
                List.of(whole("amd_instinct_mi210", 129), whole("nvidia_geforce_rtx_4090", 0))),
            new GeneratedNode(
                names.get(1),
                List.of(
                    new Card(old, 3, true),
                    new Card(gamer, 1, true),
                    new Card(old, 2, true),
                    new Card(gamer, 0, true))),
            new GeneratedNode(
                names.get(2), List.of(new Card(big, 1, true, true), new Card(big, 0, true))),
            new GeneratedNode(
                names.get(3),
                List.of(whole("nvidia_l4", 1), whole("tesla_k80", 0), whole("nvidia_l4", 2)),
                OptionalLong.of(1024)),
            new GeneratedNode(
                names.get(4),
                List.of(
                    whole("quadro_rtx_6000", 0),
                    whole("quadro_rtx_6000", 1),
                    whole("nvidia_t1000", 2),
                    whole("nvidia_geforce_gtx_1050_ti", 3)))));
  }

  private static Card whole(String type, int minor) {
    return new Card(CardModel.ofType(type), minor, true);
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
