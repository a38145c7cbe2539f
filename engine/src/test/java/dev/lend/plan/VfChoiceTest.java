package dev.lend.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.ledger.Ledger;
import dev.lend.ledger.Loan;
import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.Guest;
import dev.lend.model.HostSnapshot;
import dev.lend.model.NetInterface;
import dev.lend.model.PciAddress;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.model.SriovRole;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class VfChoiceTest {
  private static final PciAddress NEAR = at("01:00.0");
  private static final PciAddress FAR = at("02:00.0");

  private final SortedMap<PciAddress, PciFunction> functions = new TreeMap<>();
  private final List<NetInterface> nets = new ArrayList<>();
  private Ledger ledger = Ledger.empty();
  private int group = 10;

  VfChoiceTest() {
    pf(NEAR, 0, 3);
    pf(FAR, 1, 3);
  }

  private static PciAddress at(String text) {
    return PciAddress.parse(text).orElseThrow();
  }

  private static PciAddress vf(PciAddress pf, int index) {
    return new PciAddress(pf.domain(), pf.bus(), 0x10, index);
  }

  private void pf(PciAddress address, int node, int count) {
    List<PciAddress> vfs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      vfs.add(vf(address, i));
      add(vf(address, i), node, group++, "", new SriovRole.Virtual(address, i));
    }
    add(address, node, group++, "igb", new SriovRole.Physical(7, vfs));
  }

  private void add(PciAddress address, int node, int group, String driver, SriovRole role) {
    functions.put(
        address,
        new PciFunction(
            address,
            new PciClass(0x020000),
            new PciId(0x8086, 0x10ca),
            new PciId(0x8086, 0xa03c),
            driver.isEmpty() ? Optional.empty() : Optional.of(driver),
            Fact.known(group),
            Fact.known(node),
            role));
  }

  private void lend(PciAddress address) {
    Loan loan =
        new Loan(
            address,
            new Loan.InGuest(new Guest.Qemu("/run/web"), "lend-x"),
            new Binding(Optional.empty(), Optional.empty()),
            Instant.EPOCH);
    ledger = ledger.after(List.of(address), List.of(loan));
  }

  private List<PciAddress> choose(OptionalInt node) {
    HostSnapshot host =
        new HostSnapshot(functions, nets, List.of(), List.of(), Map.of(), true, Optional.empty());
    return new VfChoice(host, ledger).of(List.of(NEAR, FAR), node, any -> true);
  }

  @Test
  void theGuestsNodeComesFirst() {
    assertThat(choose(OptionalInt.of(1)).getFirst()).isEqualTo(vf(FAR, 0));
    assertThat(choose(OptionalInt.of(0)).getFirst()).isEqualTo(vf(NEAR, 0));
    assertThat(choose(OptionalInt.of(1))).hasSize(6);
  }

  @Test
  void thePfThatHasMoreLeftComesFirstWhereNoNodeIsWanted() {
    lend(vf(NEAR, 0));
    assertThat(choose(OptionalInt.empty()).getFirst()).isEqualTo(vf(FAR, 0));
    lend(vf(FAR, 0));
    lend(vf(FAR, 1));
    assertThat(choose(OptionalInt.empty()).getFirst()).isEqualTo(vf(NEAR, 1));
  }

  /** The shares are the same here, and not what is left. */
  @Test
  void whatAPfHasLeftIsCountedAndWhatTheHostUsesOfItIsNot() {
    pf(at("03:00.0"), 0, 6);
    lend(vf(at("03:00.0"), 0));
    lend(vf(at("03:00.0"), 1));
    for (int i = 2; i < 5; i++) {
      add(vf(at("03:00.0"), i), 0, 60 + i, "vfio-pci", new SriovRole.Virtual(at("03:00.0"), i));
    }
    HostSnapshot host =
        new HostSnapshot(functions, nets, List.of(), List.of(), Map.of(), true, Optional.empty());
    VfChoice choice = new VfChoice(host, ledger);
    List<PciAddress> both = List.of(at("03:00.0"), NEAR);
    assertThat(choice.of(both, OptionalInt.empty(), any -> true))
        .startsWith(vf(NEAR, 0))
        .endsWith(vf(at("03:00.0"), 5));
    assertThat(choice.of(both, OptionalInt.empty(), vf -> vf.bus() == 3))
        .as("only what is wanted")
        .containsExactly(vf(at("03:00.0"), 5));
  }

  @Test
  void severalPfsTakeTurns() {
    List<PciAddress> given = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      given.add(choose(OptionalInt.empty()).getFirst());
      lend(given.getLast());
    }
    assertThat(given)
        .containsExactly(vf(NEAR, 0), vf(FAR, 0), vf(NEAR, 1), vf(FAR, 1), vf(NEAR, 2), vf(FAR, 2));
    assertThat(choose(OptionalInt.empty())).isEmpty();
  }

  @Test
  void whatIsLentHeldSharedOrUsedIsNoChoice() {
    lend(vf(NEAR, 0));
    int shared = 99;
    add(vf(NEAR, 1), 0, shared, "", new SriovRole.Virtual(NEAR, 1));
    add(vf(NEAR, 2), 0, shared, "", new SriovRole.Virtual(NEAR, 2));
    add(vf(FAR, 0), 1, 50, "vfio-pci", new SriovRole.Virtual(FAR, 0));
    add(vf(FAR, 1), 1, 51, "igbvf", new SriovRole.Virtual(FAR, 1));
    nets.add(
        new NetInterface(
            "eth7",
            Optional.of(vf(FAR, 1)),
            "02:00:00:00:00:07",
            true,
            List.of(),
            List.of("192.0.2.1/24"),
            false));
    assertThat(choose(OptionalInt.empty())).containsExactly(vf(FAR, 2));
  }
}
