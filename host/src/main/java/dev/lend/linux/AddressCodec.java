package dev.lend.linux;

import dev.lend.model.IpAddress;
import dev.lend.model.NetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Messages about addresses (kernel: {@code net/ipv4/devinet.c}, {@code net/ipv6/addrconf.c}). */
final class AddressCodec {
  private AddressCodec() {}

  /** Asks for all addresses of both families. */
  static MessageWriter dump() {
    return new MessageWriter(Abi.RTM_GETADDR, Abi.NLM_F_DUMP).u32(0).u32(0);
  }

  /** Adds one; an error where it is there already. */
  static MessageWriter add(int link, NetAddress address) {
    boolean v6 = address.local().v6();
    MessageWriter message =
        new MessageWriter(Abi.RTM_NEWADDR, Abi.NLM_F_ACK | Abi.NLM_F_CREATE | Abi.NLM_F_EXCL)
            .u8(v6 ? Abi.AF_INET6 : Abi.AF_INET)
            .u8(address.prefix())
            .u8(0)
            .u8(address.scope())
            .u32(link)
            .attribute(Abi.IFA_LOCAL, address.local().bytes())
            .attribute(Abi.IFA_ADDRESS, address.peer().orElse(address.local()).bytes());
    address.broadcast().ifPresent(to -> message.attribute(Abi.IFA_BROADCAST, to.bytes()));
    address.label().ifPresent(label -> message.attribute(Abi.IFA_LABEL, label));
    long flags = address.flags() & Abi.IFA_F_SETTABLE;
    if (flags != 0) {
      message.attribute(Abi.IFA_FLAGS, flags);
    }
    if (address.ends() || address.preferred() != NetAddress.FOREVER) {
      ByteBuffer times = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
      times.putInt((int) address.preferred()).putInt((int) address.valid());
      message.attribute(Abi.IFA_CACHEINFO, times.array());
    }
    if (address.protocol() != 0) {
      message.attribute8(Abi.IFA_PROTO, address.protocol());
    }
    return message;
  }

  /** The address in a message; empty for one of another family. */
  static Optional<Net.OnLink> decode(Rtnetlink.Message message) throws Malformed {
    ByteBuffer body = message.body();
    if (message.type() != Abi.RTM_NEWADDR || body.limit() < Abi.IFADDRMSG) {
      throw new Malformed("no address: type " + message.type());
    }
    int family = body.get(0);
    int bytes = family == Abi.AF_INET ? 4 : family == Abi.AF_INET6 ? 16 : 0;
    if (bytes == 0) {
      return Optional.empty();
    }
    Optional<IpAddress> local = Optional.empty();
    Optional<IpAddress> address = Optional.empty();
    Optional<IpAddress> broadcast = Optional.empty();
    Optional<String> label = Optional.empty();
    long flags = body.get(2) & 255;
    long valid = NetAddress.FOREVER;
    long preferred = NetAddress.FOREVER;
    int protocol = 0;
    for (Attribute attribute :
        Attribute.in(body.slice(Abi.IFADDRMSG, body.limit() - Abi.IFADDRMSG))) {
      switch (attribute.type()) {
        case Abi.IFA_LOCAL -> local = Optional.of(IpAddress.of(attribute.bytes(0, bytes)));
        case Abi.IFA_ADDRESS -> address = Optional.of(IpAddress.of(attribute.bytes(0, bytes)));
        case Abi.IFA_BROADCAST -> broadcast = Optional.of(IpAddress.of(attribute.bytes(0, bytes)));
        case Abi.IFA_LABEL -> label = Optional.of(attribute.text());
        case Abi.IFA_FLAGS -> flags = attribute.u32();
        case Abi.IFA_CACHEINFO -> {
          preferred = attribute.u32(0);
          valid = attribute.u32(4);
        }
        case Abi.IFA_PROTO -> protocol = attribute.u8();
        default -> {}
      }
    }
    // IPv6 tells IFA_LOCAL only where there is a peer; IPv4 tells the address itself as its peer.
    Optional<IpAddress> own = local.isPresent() ? local : address;
    if (own.isEmpty()) {
      throw new Malformed("an address message without an address");
    }
    if ((body.get(1) & 255) > 8 * bytes) {
      throw new Malformed("a prefix of " + (body.get(1) & 255));
    }
    return Optional.of(
        new Net.OnLink(
            body.getInt(4),
            new NetAddress(
                own.get(),
                body.get(1) & 255,
                address.filter(other -> !other.equals(own.get())),
                broadcast,
                body.get(3) & 255,
                flags,
                label,
                valid,
                preferred,
                protocol)));
  }
}
