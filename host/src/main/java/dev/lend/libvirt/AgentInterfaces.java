package dev.lend.libvirt;

import dev.lend.libvirt.Library.Call;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Reads what a guest's agent tells libvirt of the guest's network interfaces. */
final class AgentInterfaces {
  /** {@code VIR_DOMAIN_INTERFACE_ADDRESSES_SRC_AGENT}. */
  private static final int AGENT = 1;

  /** More interfaces than are worth looking at. */
  private static final int MOST = 256;

  private final Library library;
  private final long connection;

  AgentInterfaces(Library library, long connection) {
    this.library = library;
    this.connection = connection;
  }

  /** Each begins with two pointers: its name, and its hardware address, which may be none. */
  List<Virt.GuestInterface> read(Arena arena, long domain) throws VirtException {
    MemorySegment array = arena.allocate(ValueLayout.JAVA_LONG);
    int count =
        (int) library.call(Call.virDomainInterfaceAddresses, domain, array.address(), AGENT, 0);
    if (count < 0) {
      throw library.error(connection);
    }
    long pointers = array.get(ValueLayout.JAVA_LONG, 0);
    List<Virt.GuestInterface> found = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      long one = Library.word(pointers, i);
      if (i < MOST) {
        found.add(
            new Virt.GuestInterface(
                Library.text(Library.word(one, 0)), Library.text(Library.word(one, 1))));
      }
      library.call(Call.virDomainInterfaceFree, one);
    }
    library.call(Call.free, pointers);
    return found;
  }
}
