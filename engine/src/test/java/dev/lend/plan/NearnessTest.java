package dev.lend.plan;

import static dev.lend.plan.HostFixture.at;
import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.model.Binding;
import dev.lend.model.Fact;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciFunction;
import dev.lend.plan.Consequence.Kind;
import dev.lend.plan.Consequence.Severity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class NearnessTest {
  private static final String NIC = "0000:01:00.0";

  private static HostSnapshot host() {
    HostSnapshot one = new HostFixture().nic(NIC, 1).build();
    SortedMap<dev.lend.model.PciAddress, PciFunction> functions = new TreeMap<>();
    PciFunction nic = one.function(at(NIC)).orElseThrow();
    functions.put(
        nic.address(),
        new PciFunction(
            nic.address(),
            nic.pciClass(),
            nic.id(),
            nic.subsystem(),
            nic.driver(),
            nic.group(),
            Fact.known(1),
            nic.sriov()));
    return new HostSnapshot(
        functions,
        List.of(),
        List.of(),
        List.of(),
        java.util.Map.of(at(NIC), new Binding(Optional.of("igb"), Optional.empty())),
        true,
        Optional.empty());
  }

  private static List<String> said(OptionalInt node, Kind kind) {
    Plan plan =
        new Plan(
            new Request.Clean(at(NIC)),
            List.of(),
            List.of(new Consequence(at(NIC), Severity.NOTE, kind, "in general")),
            List.of(),
            List.of(),
            List.of());
    return Nearness.said(plan, host(), "web1", node).consequences().stream()
        .map(Consequence::text)
        .toList();
  }

  @Test
  void aGuestOnAnotherNodeIsToldOfWithWhatToDo() {
    assertThat(said(OptionalInt.of(0), Kind.NUMA).getFirst())
        .startsWith("01:00.0 (igb) is on NUMA node 1 and web1 on node 0: each access goes over")
        .contains("Choose a device on node 0");
  }

  @Test
  void aGuestOnTheSameNodeIsSaidToBe() {
    assertThat(said(OptionalInt.of(1), Kind.NUMA))
        .containsExactly("01:00.0 (igb) is on NUMA node 1, as web1 is");
  }

  @Test
  void whatIsNotKnownOrDoesNotMatterIsLeftAsItWas() {
    assertThat(said(OptionalInt.empty(), Kind.NUMA)).containsExactly("in general");
    assertThat(said(OptionalInt.of(0), Kind.MEMORY)).containsExactly("in general");
  }
}
