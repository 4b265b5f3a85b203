package org.sobre.hardware.json;

/**
 * JSON that is not what its schema says. The message names the key, what was expected and what was
 * found.
 */
public final class JsonShapeException extends Exception {

  private static final long serialVersionUID = 1;

  public JsonShapeException(String message) {
    super(message);
  }
}
