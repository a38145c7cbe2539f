package dev.lend.linux;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Messages about queueing disciplines and filters (kernel: {@code net/sched/sch_api.c}, {@code
 * cls_api.c}).
 */
final class TrafficCodec {
  /**
   * A queueing discipline that somebody set.
   *
   * @param handle its number; filters hang there too
   * @param root true where it has the whole link
   */
  record Discipline(String kind, int handle, boolean root) {
    /** True where it queues nothing and only holds filters. */
    boolean hook() {
      return kind.equals("clsact") || kind.equals("ingress");
    }

    /** For a person: {@code htb 1:}. */
    String words() {
      return kind + " " + Integer.toHexString(handle >>> 16) + ":";
    }
  }

  private TrafficCodec() {}

  /** Asks for the disciplines of all links: older kernels do not sift. */
  static MessageWriter disciplines() {
    return header(Abi.RTM_GETQDISC, 0, 0);
  }

  /** Asks for the filters of a link that hang at a discipline. */
  static MessageWriter filters(int link, int at) {
    return header(Abi.RTM_GETTFILTER, link, at);
  }

  private static MessageWriter header(int type, int link, int parent) {
    return new MessageWriter(type, Abi.NLM_F_DUMP)
        .u8(Abi.AF_UNSPEC)
        .u8(0)
        .u16(0)
        .u32(link)
        .u32(0)
        .u32(parent)
        .u32(0);
  }

  /**
   * The disciplines of a link that somebody set. What the kernel gives a link by itself has no
   * number ({@code net/sched/sch_generic.c}, qdisc_create_dflt).
   */
  static List<Discipline> disciplines(List<Rtnetlink.Message> messages, int link) throws Malformed {
    List<Discipline> found = new ArrayList<>();
    for (Rtnetlink.Message message : messages) {
      ByteBuffer body = body(message, Abi.RTM_NEWQDISC);
      if (body.getInt(4) == link && body.getInt(8) != 0) {
        found.add(new Discipline(kind(body), body.getInt(8), body.getInt(12) == Abi.TC_H_ROOT));
      }
    }
    return found;
  }

  /** What filters are called, each once: {@code flower}, {@code bpf cls_main}. */
  static List<String> filters(List<Rtnetlink.Message> messages) throws Malformed {
    List<String> found = new ArrayList<>();
    for (Rtnetlink.Message message : messages) {
      ByteBuffer body = body(message, Abi.RTM_NEWTFILTER);
      String words = (kind(body) + " " + program(body)).strip();
      // Without a handle, it is the head of a list, which follows.
      if (body.getInt(8) != 0 && !found.contains(words)) {
        found.add(words);
      }
    }
    return found;
  }

  private static ByteBuffer body(Rtnetlink.Message message, int type) throws Malformed {
    if (message.type() != type || message.body().limit() < Abi.TCMSG) {
      throw new Malformed("not of tc: type " + message.type());
    }
    return message.body();
  }

  private static List<Attribute> attributes(ByteBuffer body) throws Malformed {
    return Attribute.in(body.slice(Abi.TCMSG, body.limit() - Abi.TCMSG));
  }

  private static String kind(ByteBuffer body) throws Malformed {
    for (Attribute attribute : attributes(body)) {
      if (attribute.type() == Abi.TCA_KIND) {
        return attribute.text();
      }
    }
    return "?";
  }

  private static String program(ByteBuffer body) throws Malformed {
    if (kind(body).equals("bpf")) {
      for (Attribute attribute : attributes(body)) {
        if (attribute.type() == Abi.TCA_OPTIONS) {
          for (Attribute option : attribute.nested()) {
            if (option.type() == Abi.TCA_BPF_NAME) {
              return option.text();
            }
          }
        }
      }
    }
    return "";
  }
}
