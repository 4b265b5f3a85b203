package org.sobre.accounting.store;

import java.util.Arrays;
import java.util.OptionalLong;

/** Numbers, seven bits a byte, lowest first: what the BLOBs of the store are made of. */
final class BlobWriter {

  private byte[] bytes = new byte[256];
  private int size;

  BlobWriter unsigned(long value) {
    if (size + 10 > bytes.length) {
      bytes = Arrays.copyOf(bytes, bytes.length * 2);
    }
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
    return this;
  }

  /** Small numbers below 0 are short too. */
  BlobWriter signed(long value) {
    return unsigned((value << 1) ^ (value >> 63));
  }

  BlobWriter flag(boolean value) {
    return unsigned(value ? 1 : 0);
  }

  BlobWriter optional(OptionalLong value) {
    flag(value.isPresent());
    return value.isPresent() ? signed(value.getAsLong()) : this;
  }

  /** Those of its fields that are not 0, after a bit for each field. */
  BlobWriter fields(long[] values) {
    long mask = 0;
    for (int i = 0; i < values.length; i++) {
      mask |= values[i] == 0 ? 0 : 1L << i;
    }
    unsigned(mask);
    for (long value : values) {
      if (value != 0) {
        unsigned(value);
      }
    }
    return this;
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }
}
