package org.sobre.energy.privacy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256 (RFC 2104) under one key, of texts and numbers, apart by purpose. */
final class KeyedHash {

  private static final String ALGORITHM = "HmacSHA256";
  private static final byte BETWEEN = 0;

  private final Mac mac;

  /**
   * @param key is copied
   */
  KeyedHash(byte[] key) {
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException("a key of bytes is a key", e);
    }
  }

  /** The first so many hexadecimal digits of it, an even number. */
  String digits(String purpose, String text, int digits) {
    return HexFormat.of()
        .formatHex(of(purpose, text.getBytes(StandardCharsets.UTF_8)), 0, digits / 2);
  }

  /** Its first eight bytes. */
  long number(String purpose, long number) {
    return ByteBuffer.wrap(of(purpose, ByteBuffer.allocate(Long.BYTES).putLong(number).array()))
        .getLong();
  }

  private byte[] of(String purpose, byte[] what) {
    mac.update(purpose.getBytes(StandardCharsets.UTF_8));
    mac.update(BETWEEN);
    return mac.doFinal(what);
  }
}
