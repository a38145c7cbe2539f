package dev.lend.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How people write what they want of VFs, in a file as on the command line. What each setting means
 * is in {@link VfSettings}.
 */
public final class VfWords {
  /** Where the address is left to Lend. */
  public static final String AUTO = "auto";

  /** More VFs than this a PF cannot have: NumVFs has 16 bits (SR-IOV Specification 1.1, 3.3.7). */
  public static final int MOST_VFS = 0xffff;

  /** The kernel takes rates of 32 bits (include/uapi/linux/if_link.h, struct ifla_vf_rate). */
  public static final long HIGHEST_RATE = 0xffff_ffffL;

  private static final int LAST_VLAN = 4094;
  private static final int LAST_QOS = 7;

  /** Of queues or interrupts: the fields of NVMe have 16 bits. */
  private static final int MOST_RESOURCES = 0xffff;

  private static final int MAC_BYTES = 6;
  private static final int GUID_BYTES = 8;
  private static final int LONGEST_SHOWN = 40;

  private VfWords() {}

  /** {@code auto}, or an address that a VF can have. */
  public static Reading<VfWish.WantedMac> wantedMac(String word) {
    if (word.equals(AUTO)) {
      return Reading.of(new VfWish.Auto());
    }
    return switch (mac(word)) {
      case Reading.Meant<String>(String mac) -> Reading.of(new VfWish.Exactly(mac));
      case Reading.Wrong<String>(String why) ->
          wrong(why + Nearest.of(word, List.of(AUTO)).map(VfWords::didYouMean).orElse(""));
    };
  }

  /** An address that a card can have: {@code 52:54:00:12:34:56}, in lower case. */
  public static Reading<String> mac(String word) {
    if (!pairs(word, MAC_BYTES)) {
      return wrong(
          "no MAC address: " + shown(word) + " (six pairs of hex digits: 52:54:00:12:34:56)");
    }
    if (word.equals("00:00:00:00:00:00")) {
      return wrong("no MAC address: " + word + " (zeros mean that there is none)");
    }
    // The first bit on the wire is the lowest of the first byte (IEEE 802, 8.2.2).
    if ((Character.digit(word.charAt(1), 16) & 1) == 1) {
      return wrong(
          word
              + " is a multicast address; no card can have it (the second digit has to be even:"
              + " 52:54:00:12:34:56)");
    }
    return Reading.of(word.toLowerCase(Locale.ROOT));
  }

  /** A VLAN's number, 0 for none. */
  public static Reading<Integer> vlan(String word) {
    long id = number(word, LAST_VLAN);
    return id < 0
        ? wrong("no VLAN: " + shown(word) + " (1 to 4094, or 0 for none)")
        : Reading.of((int) id);
  }

  /** A VLAN's priority. */
  public static Reading<Integer> qos(String word) {
    long qos = number(word, LAST_QOS);
    return qos < 0
        ? wrong("no priority of a VLAN: " + shown(word) + " (0 to 7)")
        : Reading.of((int) qos);
  }

  /** A VLAN's protocol, as its EtherType. */
  public static Reading<Integer> protocol(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "802.1q" -> Reading.of(VfSettings.Vlan.Q);
      case "802.1ad" -> Reading.of(VfSettings.Vlan.AD);
      default -> wrong("no protocol of a VLAN: " + shown(word) + " (802.1q or 802.1ad)");
    };
  }

  /**
   * A VLAN of what was said of it.
   *
   * @param id 0 for none, and then nothing else can be said
   */
  public static Reading<VfSettings.Vlan> vlan(
      Optional<Integer> id, Optional<Integer> qos, Optional<Integer> protocol) {
    VfSettings.Vlan vlan =
        new VfSettings.Vlan(id.orElse(0), qos.orElse(0), protocol.orElse(VfSettings.Vlan.Q));
    if (id.isEmpty() || vlan.id() == 0 && !vlan.equals(VfSettings.Vlan.none())) {
      return wrong("priority and protocol are a VLAN's; there has to be one with them (1 to 4094)");
    }
    return Reading.of(vlan);
  }

  /** The word for a VLAN's protocol. */
  public static String protocolWord(int protocol) {
    return protocol == VfSettings.Vlan.AD ? "802.1ad" : "802.1q";
  }

  /** {@code on} or {@code off}; {@code true} and {@code false} as well. */
  public static Reading<Boolean> onOff(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "on", "true" -> Reading.of(true);
      case "off", "false" -> Reading.of(false);
      default -> wrong("neither on nor off: " + shown(word));
    };
  }

  /** The word for a switch. */
  public static String onOffWord(boolean on) {
    return on ? "on" : "off";
  }

  /** A rate in Mbit/s, 0 for none. */
  public static Reading<Long> rate(String word) {
    long rate = number(word, HIGHEST_RATE);
    return rate < 0
        ? wrong("no rate: " + shown(word) + " (a whole number of Mbit/s, 0 for none)")
        : Reading.of(rate);
  }

  /** Why these rates cannot be had together; empty where they can. Both in Mbit/s. */
  public static Optional<String> rateClash(long min, long max) {
    return max != 0 && min > max
        ? Optional.of(
            "the lowest rate, " + min + " Mbit/s, is above the highest, " + max + " Mbit/s")
        : Optional.empty();
  }

  /** What a link follows: {@code auto}, {@code enable} or {@code disable}. */
  public static Reading<VfSettings.Link> link(String word) {
    for (VfSettings.Link link : VfSettings.Link.values()) {
      if (linkWord(link).equals(word.toLowerCase(Locale.ROOT))) {
        return Reading.of(link);
      }
    }
    return choice("no state of a link", word, linkWords());
  }

  private static List<String> linkWords() {
    List<String> words = new ArrayList<>();
    for (VfSettings.Link link : VfSettings.Link.values()) {
      words.add(linkWord(link));
    }
    return words;
  }

  /** The word for what a link follows. */
  public static String linkWord(VfSettings.Link link) {
    return link.name().toLowerCase(Locale.ROOT);
  }

  /** A GUID of an InfiniBand VF: {@code 00:11:22:33:44:55:66:77}, in lower case. */
  public static Reading<String> guid(String word) {
    return pairs(word, GUID_BYTES)
        ? Reading.of(word.toLowerCase(Locale.ROOT))
        : wrong(
            "no GUID: " + shown(word) + " (eight pairs of hex digits: 00:11:22:33:44:55:66:77)");
  }

  /** Queue pairs of an NVMe VF; below two it is no disk, and 0 leaves it offline. */
  public static Reading<Integer> queues(String word) {
    long queues = number(word, MOST_RESOURCES);
    return queues < 0 || queues == 1
        ? wrong(
            "no number of queues: "
                + shown(word)
                + " (2 or more, one of them for administration; 0 leaves the VF offline)")
        : Reading.of((int) queues);
  }

  /** Interrupt vectors of an NVMe VF. */
  public static Reading<Integer> interrupts(String word) {
    long interrupts = number(word, MOST_RESOURCES);
    return interrupts < 1
        ? wrong("no number of interrupts: " + shown(word) + " (1 or more)")
        : Reading.of((int) interrupts);
  }

  /** Whom VFs are for: {@code guests} or {@code host}. */
  public static Reading<VfUse> use(String word) {
    List<String> words = new ArrayList<>();
    for (VfUse use : VfUse.values()) {
      if (use.id().equals(word)) {
        return Reading.of(use);
      }
      words.add(use.id());
    }
    return choice("nobody that VFs can be for", word, words);
  }

  /** How many VFs. */
  public static Reading<Integer> count(String word) {
    long count = number(word, MOST_VFS);
    return count < 0
        ? wrong("no number of VFs: " + shown(word) + " (0 to " + MOST_VFS + ")")
        : Reading.of((int) count);
  }

  /** The number of a VF among those of its PF. */
  public static Reading<Integer> index(String word) {
    long index = number(word, MOST_VFS - 1);
    return index < 0
        ? wrong("no VF's number: " + shown(word) + " (they are counted from 0)")
        : Reading.of((int) index);
  }

  /** What was written, as far as it fits into a line. */
  private static String shown(String word) {
    return word.isEmpty()
        ? "''"
        : word.length() <= LONGEST_SHOWN ? word : word.substring(0, LONGEST_SHOWN) + "...";
  }

  private static <T> Reading<T> wrong(String why) {
    return new Reading.Wrong<>(why);
  }

  private static <T> Reading<T> choice(String what, String word, List<String> right) {
    String last = right.getLast();
    return wrong(
        what
            + ": "
            + shown(word)
            + " ("
            + String.join(", ", right.subList(0, right.size() - 1))
            + " or "
            + last
            + ")"
            + Nearest.of(word, right).map(VfWords::didYouMean).orElse(""));
  }

  private static String didYouMean(String other) {
    return ". Did you mean " + other + "?";
  }

  /** True for so many pairs of hex digits with colons between. */
  private static boolean pairs(String word, int count) {
    boolean shape = word.length() == 3 * count - 1;
    for (int i = 0; shape && i < word.length(); i++) {
      char c = word.charAt(i);
      // Beyond 'f' there are digits of other scripts.
      shape = i % 3 == 2 ? c == ':' : c <= 'f' && Character.digit(c, 16) >= 0;
    }
    return shape;
  }

  /** A number of decimal digits alone, or -1 where it is none or above {@code most}. */
  private static long number(String word, long most) {
    long value = 0;
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c < '0' || c > '9' || value > most) {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return word.isEmpty() || value > most ? -1 : value;
  }
}
