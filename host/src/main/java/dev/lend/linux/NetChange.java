package dev.lend.linux;

import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetRoute;
import java.util.List;

/** One change of the host's network, of an interface given by its index. */
public sealed interface NetChange {
  /** The interface; of a PF where it is about its VFs. */
  int link();

  /** Up or down. */
  record Up(int link, boolean up) implements NetChange {}

  /** Another name. Older kernels want the interface to be down. */
  record Rename(int link, String name) implements NetChange {}

  /** Another largest packet. */
  record Mtu(int link, int mtu) implements NetChange {}

  /** Another hardware address. */
  record Mac(int link, String mac) implements NetChange {}

  /**
   * Into a bridge, a bond or the like.
   *
   * @param master its index; 0 for out of it
   */
  record Join(int link, int master) implements NetChange {}

  /** One more name. */
  record AddName(int link, String name) implements NetChange {}

  /** An interface that stands on this one. */
  record AddLink(int link, String name, NetForm form) implements NetChange {}

  /** One more address. */
  record AddAddress(int link, NetAddress address) implements NetChange {}

  /** One more route. */
  record AddRoute(int link, NetRoute route) implements NetChange {}

  /**
   * Settings of VFs, one VF after the other. The kernel stops at the first that it or the driver
   * refuses; those before it stay.
   */
  record SetVfs(int link, List<VfOrder> orders) implements NetChange {
    /** Copies the list. */
    public SetVfs {
      orders = List.copyOf(orders);
    }
  }

  /**
   * An address into the filter of an interface, or out of it.
   *
   * @param enter false to take it out
   */
  record Forward(int link, String mac, boolean enter) implements NetChange {}

  /** For a person, starting with a verb: {@code add the address 192.0.2.1/24}. */
  default String describe() {
    return switch (this) {
      case Up(int link, boolean up) -> "set it " + (up ? "up" : "down");
      case Rename(int link, String name) -> "call it " + name;
      case Mtu(int link, int mtu) -> "set the MTU " + mtu;
      case Mac(int link, String mac) -> "set the address " + mac;
      case Join(int link, int master) -> master == 0 ? "take it out" : "make it a member";
      case AddName(int link, String name) -> "call it " + name + " too";
      case AddLink(int link, String name, NetForm form) ->
          "make " + name + " (" + form.words() + ") on it";
      case AddAddress(int link, NetAddress address) -> "add the address " + address;
      case AddRoute(int link, NetRoute route) -> "add the route " + route;
      case SetVfs(int link, List<VfOrder> orders) ->
          "set " + String.join(", ", orders.stream().map(VfOrder::describe).toList());
      case Forward(int link, String mac, boolean enter) ->
          (enter ? "enter " + mac + " into" : "take " + mac + " out of") + " its filter";
    };
  }
}
