package org.sobre.energy.privacy;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * What stands in the place of names and numbers: the same for the same one under the same key, and
 * without the key nobody finds back, nor tries names out. Two uids never become one, nor two job
 * numbers. Pure but for what it remembers; not thread-safe.
 */
public final class Pseudonyms {

  /** Of a key. */
  public static final int KEY_BYTES = 32;

  /** The same on every Debian system (Debian policy 9.2.2): root, daemon, and no person. */
  private static final int FIRST_PERSON = 100;

  private static final int NOBODY = 65_534;

  /** A uid is below 2^31 in a line. Persons' are below 2^30; what stands for them is above. */
  private static final int UID_BITS = 30;

  private static final long UPPER = 1L << UID_BITS;

  /** 10 decimal digits are below 2^34. */
  private static final int JOB_BITS = 34;

  private static final long LAST_JOB = 9_999_999_999L;
  private static final int NAME_DIGITS = 12;
  private static final int REMEMBERED = 20_000;

  private final KeyedHash hash;
  private final KeyedPermutation uids;
  private final KeyedPermutation jobs;
  private final Map<Integer, Integer> knownUids = new HashMap<>();
  private final Map<String, String> knownNames = new HashMap<>();
  private final Map<Long, Long> knownJobs =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * @param key of {@value #KEY_BYTES} random bytes
   */
  public Pseudonyms(byte[] key) {
    requireNonNull(key, "key");
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("a key has " + KEY_BYTES + " bytes, found " + key.length);
    }
    hash = new KeyedHash(key);
    uids = new KeyedPermutation(hash, "uid", UID_BITS);
    jobs = new KeyedPermutation(hash, "job", JOB_BITS);
  }

  /** Under a key that nobody has when they are gone. */
  public static Pseudonyms ofLostKey(SecureRandom random) {
    return new Pseudonyms(newKey(random));
  }

  public static byte[] newKey(SecureRandom random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return key;
  }

  /** Whether a uid may be a person's: those below 100 and 65534 are the system's everywhere. */
  static boolean isPerson(int uid) {
    return uid >= FIRST_PERSON && uid != NOBODY;
  }

  /** 0 to 2^31 - 1, at least 2^30 for one below that; of no person the same. */
  public int uid(int uid) {
    return isPerson(uid) ? knownUids.computeIfAbsent(uid, this::newUid) : uid;
  }

  private int newUid(int uid) {
    long next = uid;
    do {
      next = ((next ^ UPPER) & UPPER) | uids.of(next & (UPPER - 1));
    } while (!isPerson((int) next));
    return (int) next;
  }

  /**
   * A user's name: {@code u-} and {@value #NAME_DIGITS} hexadecimal digits. A number where only
   * that was known is the uid's; of no person the same.
   */
  public String user(String name, int uid) {
    if (name.isEmpty() || !isPerson(uid)) {
      return name;
    }
    return name.equals(Integer.toString(uid)) ? Integer.toString(uid(uid)) : name("u-", name);
  }

  /**
   * A job's number: 1 to 9999999999, as the ledger has it.
   *
   * @throws IllegalArgumentException of one that the ledger does not have
   */
  public long job(long id) {
    if (id < 1 || id > LAST_JOB) {
      throw new IllegalArgumentException(
          "job: expected a number from 1 to " + LAST_JOB + ", found " + id);
    }
    return knownJobs.computeIfAbsent(
        id, known -> jobs.within(known, next -> next >= 1 && next <= LAST_JOB));
  }

  /** A name of any kind: the prefix, which tells the kind, and hexadecimal digits. */
  String name(String prefix, String name) {
    return knownNames.computeIfAbsent(
        prefix + name, any -> prefix + hash.digits(prefix, name, NAME_DIGITS));
  }

  /** A boot id has the form of one, for the ledger's files are named after its beginning. */
  String boot(String boot) {
    return knownNames.computeIfAbsent(
        "boot " + boot,
        any -> {
          String digits = hash.digits("boot", boot, NAME_DIGITS + NAME_DIGITS);
          UnaryOperator<String> end = text -> text.substring(text.length() - NAME_DIGITS);
          return digits.substring(0, 8) + "-0000-4000-8000-" + end.apply(digits);
        });
  }
}
