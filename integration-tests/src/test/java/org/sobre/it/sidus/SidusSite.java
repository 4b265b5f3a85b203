package org.sobre.it.sidus;

import org.sobre.it.lab.Components;
import org.sobre.it.lab.Lab;

/**
 * Nodes that run from one image.
 *
 * @param image shared by all of them, with what an administrator has written into it
 * @param lab the cluster
 * @param sum of the image when the nodes were up
 */
record SidusSite(Image image, Lab lab, String sum) implements AutoCloseable {

  /** Boots the nodes. */
  static SidusSite up(Image image) {
    Lab lab = Lab.up("sidus", Components.stage(), "--image", image.at("/"));
    return new SidusSite(image, lab, image.sum());
  }

  @Override
  public void close() {
    lab.close();
  }
}
