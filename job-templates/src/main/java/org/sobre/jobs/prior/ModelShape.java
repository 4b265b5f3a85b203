package org.sobre.jobs.prior;

/**
 * A model's size. Of a model that makes images only the parameters count.
 *
 * @param parameters all that are loaded, text encoders and decoders included
 * @param trained of them those of the network that is trained, or that adapters are put on
 * @param layers of a transformer
 * @param hidden width of a transformer
 * @param vocabulary tokens it knows
 * @param kvHeads heads of keys and values
 * @param headDim width of a head
 */
public record ModelShape(
    long parameters,
    long trained,
    int layers,
    int hidden,
    int vocabulary,
    int kvHeads,
    int headDim) {

  /** 10 T: no card will hold more in this program's life. */
  private static final long MAX_PARAMETERS = 10_000_000_000_000L;

  public ModelShape {
    if (parameters < 1 || parameters > MAX_PARAMETERS) {
      throw new IllegalArgumentException("expected from 1 to 10 T parameters, found " + parameters);
    }
    if (trained < 1 || trained > parameters) {
      throw new IllegalArgumentException(
          "expected from 1 to " + parameters + " trained parameters, found " + trained);
    }
    if (Math.min(Math.min(layers, hidden), Math.min(vocabulary, Math.min(kvHeads, headDim))) < 1) {
      throw new IllegalArgumentException("expected layers, widths, heads and tokens from 1");
    }
  }

  /** Heads of queries. */
  int heads() {
    return Math.max(1, hidden / headDim);
  }

  /**
   * Parameters of the tables at both ends, which stay as they are when the layers are quantized.
   */
  long embeddings() {
    return Math.min(parameters, 2L * vocabulary * hidden);
  }
}
