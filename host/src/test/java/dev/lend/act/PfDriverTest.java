package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.linux.Errno;
import dev.lend.linux.Link;
import dev.lend.linux.NetChange;
import dev.lend.linux.NetRefusal;
import dev.lend.linux.VfOrder;
import dev.lend.model.VfSetting;
import dev.lend.model.VfSettings;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.SimulatedKernel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PfDriverTest {
  private static final String PF = "enp1s0";
  private static final VfSetting RATE = new VfSetting.Rate(0, 500);
  private static final VfSetting VLAN =
      new VfSetting.Vlan(new VfSettings.Vlan(7, 0, VfSettings.Vlan.Q));

  private final SimulatedKernel kernel = new House().kernel;
  private final List<Duration> waited = new ArrayList<>();
  private Runnable meanwhile = () -> {};

  @BeforeEach
  void twoVfs() throws KernelRefusal, NetRefusal {
    kernel.change(new NetChange.Up(kernel.index(PF), true));
    kernel.write("sys/bus/pci/devices/0000:01:00.0/sriov_numvfs", "2");
    kernel.cable(PF, false);
  }

  private List<NetRefusal> order(VfSetting... settings) {
    Patience patience =
        (condition, limit) -> {
          if (condition.getAsBoolean()) {
            return true;
          }
          waited.add(limit);
          meanwhile.run();
          return condition.getAsBoolean();
        };
    Link link =
        kernel.links().stream().filter(one -> one.name().equals(PF)).findFirst().orElseThrow();
    return new PfDriver(kernel, kernel, patience, link)
        .refusal(List.of(new VfOrder(1, List.of(settings))));
  }

  private VfSettings held() throws NetRefusal {
    return Optional.ofNullable(kernel.vfs(kernel.index(PF)).get(1)).orElseThrow();
  }

  @Test
  void aRateIsSetOnceThereIsALink() throws NetRefusal {
    meanwhile = () -> kernel.cable(PF, true);

    assertThat(order(VLAN, RATE)).isEmpty();
    assertThat(waited).hasSize(1);
    assertThat(held().maxRate()).isEqualTo(500);
  }

  @Test
  void aRateOnAPfWithoutALinkIsRefusedForThat() {
    List<NetRefusal> refused = order(RATE);

    assertThat(refused).extracting(NetRefusal::errno).containsExactly(Errno.EINVAL);
    assertThat(refused.getFirst()).hasMessageContaining("enp1s0 has no link");
  }

  @Test
  void whatNeedsNoLinkWaitsForNone() throws NetRefusal {
    assertThat(order(VLAN)).isEmpty();
    assertThat(held().vlan().id()).isEqualTo(7);
    assertThat(waited).isEmpty();
  }

  @Test
  void aRateThatIsTooHighIsRefusedAtOnceWhereThereIsALink() {
    kernel.cable(PF, true);

    assertThat(order(new VfSetting.Rate(0, 5_000)))
        .extracting(NetRefusal::getMessage)
        .noneMatch(text -> text.contains("no link"))
        .hasSize(1);
    assertThat(waited).isEmpty();
  }
}
