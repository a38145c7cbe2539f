package dev.lend.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Requests and answers over netlink (kernel: {@code
 * Documentation/userspace-api/netlink/intro.rst}). One request at a time.
 */
final class Rtnetlink {
  /**
   * An answer of the kernel's.
   *
   * @param body what follows the header, in the host's byte order
   */
  record Message(int type, int flags, ByteBuffer body) {}

  private record Reading(List<Message> found, boolean interrupted) {}

  /** How often a dump is begun again because something changed while it went on. */
  private static final int TRIES = 20;

  /** No host has so much to tell; without this a broken kernel could keep Lend reading for ever. */
  private static final int MOST_DATAGRAMS = 1 << 20;

  private final Channel channel;
  private int sequence;

  Rtnetlink(Channel channel) {
    this.channel = channel;
  }

  /**
   * Has the kernel do something, and waits for its word that it did.
   *
   * @param what it, for a person
   * @throws NetRefusal it did not
   */
  void change(String what, MessageWriter request) throws NetRefusal {
    exchange(what, request, false);
  }

  /** Asks for one thing. */
  Message ask(String what, MessageWriter request) throws NetRefusal {
    List<Message> found = exchange(what, request, false).found();
    if (found.size() != 1) {
      throw new NetRefusal(what, Errno.EBADMSG, found.size() + " answers");
    }
    return found.getFirst();
  }

  /**
   * Asks for all of a kind. Where the kernel says that things changed while it told them, it is
   * asked again: the list may lack some or have others twice.
   */
  List<Message> dump(String what, MessageWriter request) throws NetRefusal {
    for (int i = 0; i < TRIES; i++) {
      Reading reading = exchange(what, request, true);
      if (!reading.interrupted) {
        return reading.found;
      }
    }
    throw new NetRefusal(what, Errno.EINTR, "it kept changing while the kernel told it");
  }

  private Reading exchange(String what, MessageWriter request, boolean dump) throws NetRefusal {
    int ours = ++sequence;
    channel.send(request.message(ours));
    List<Message> found = new ArrayList<>();
    boolean interrupted = false;
    try {
      for (int i = 0; i < MOST_DATAGRAMS; i++) {
        ByteBuffer datagram = ByteBuffer.wrap(channel.receive()).order(ByteOrder.nativeOrder());
        while (datagram.remaining() >= Abi.NLMSGHDR) {
          int number = datagram.getInt(datagram.position() + 8);
          Message message = next(datagram);
          if (number != ours) {
            continue; // The rest of an answer that was given up.
          }
          interrupted |= (message.flags & Abi.NLM_F_DUMP_INTR) != 0;
          switch (message.type) {
            case Abi.NLMSG_NOOP -> {}
            case Abi.NLMSG_ERROR -> {
              refuse(what, message, true);
              return new Reading(found, interrupted);
            }
            case Abi.NLMSG_DONE -> {
              refuse(what, message, false);
              return new Reading(found, interrupted);
            }
            default -> {
              found.add(message);
              if (!dump && (message.flags & Abi.NLM_F_MULTI) != 0) {
                throw new Malformed("many answers where one was asked for");
              }
            }
          }
        }
      }
    } catch (Malformed malformed) {
      throw new NetRefusal(what, Errno.EBADMSG, String.valueOf(malformed.getMessage()));
    }
    throw new NetRefusal(what, Errno.EBADMSG, "the kernel does not come to an end");
  }

  private static Message next(ByteBuffer datagram) throws Malformed {
    int start = datagram.position();
    int length = datagram.getInt(start);
    if (length < Abi.NLMSGHDR || length > datagram.remaining()) {
      throw new Malformed(
          "a message of " + length + " bytes where " + datagram.remaining() + " are left");
    }
    ByteBuffer body = datagram.slice(start + Abi.NLMSGHDR, length - Abi.NLMSGHDR);
    Message message =
        new Message(
            datagram.getShort(start + 4) & 0xffff,
            datagram.getShort(start + 6) & 0xffff,
            body.order(ByteOrder.nativeOrder()));
    datagram.position(Math.min(start + Abi.aligned(length), datagram.limit()));
    return message;
  }

  /**
   * Throws where the answer is an error.
   *
   * @param repeats true where the request's header, and perhaps all of it, follows the number
   */
  private static void refuse(String what, Message message, boolean repeats)
      throws NetRefusal, Malformed {
    ByteBuffer body = message.body;
    if (body.limit() < 4) {
      if (repeats) {
        throw new Malformed("an error without a number");
      }
      return;
    }
    int number = body.getInt(0);
    if (number < 0) {
      throw new NetRefusal(what, -number, words(message, repeats).orElse(""));
    }
  }

  /** What the kernel says in words (NETLINK_EXT_ACK). */
  private static Optional<String> words(Message message, boolean repeats) throws Malformed {
    if ((message.flags & Abi.NLM_F_ACK_TLVS) == 0) {
      return Optional.empty();
    }
    ByteBuffer body = message.body;
    int from = 4;
    if (repeats) {
      if (body.limit() < from + Abi.NLMSGHDR) {
        throw new Malformed("an error without the request");
      }
      boolean capped = (message.flags & Abi.NLM_F_CAPPED) != 0;
      from = capped ? from + Abi.NLMSGHDR : Math.addExact(from, Abi.aligned(requestLength(body)));
    }
    if (from > body.limit()) {
      throw new Malformed("an error that ends in the request");
    }
    for (Attribute attribute : Attribute.in(body.slice(from, body.limit() - from))) {
      if (attribute.type() == Abi.NLMSGERR_ATTR_MSG) {
        return Optional.of(attribute.text());
      }
    }
    return Optional.empty();
  }

  private static int requestLength(ByteBuffer body) throws Malformed {
    int length = body.getInt(4);
    if (length < Abi.NLMSGHDR || length > body.limit()) {
      throw new Malformed("a request of " + length + " bytes");
    }
    return length;
  }
}
