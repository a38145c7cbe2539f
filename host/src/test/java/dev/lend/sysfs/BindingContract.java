package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.lend.model.Fact;
import dev.lend.sysfs.KernelRefusal.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Drivers and functions (kernel: {@code drivers/base/bus.c}, {@code drivers/pci/pci-driver.c}). */
abstract class BindingContract extends KernelContract {
  private final String nic = DEVICES + site.nic();
  private final String own = DRIVERS + site.nicDriver();

  @Test
  void movesAFunctionToVfioPciAndBack() throws KernelRefusal {
    lend(site.nic());
    assertThat(override(site.nic())).isEqualTo("vfio-pci");
    giveBack(site.nic(), site.nicDriver());
    assertThat(override(site.nic())).isEqualTo("(null)");
  }

  @Test
  void movesNothingForAnOverrideAlone() throws KernelRefusal {
    kernel.write(nic + "/driver_override", "vfio-pci");
    assertThat(driver(site.nic())).isEqualTo(site.nicDriver());
    kernel.write(PROBE, site.nic());
    assertThat(driver(site.nic())).isEqualTo(site.nicDriver());
  }

  @Test
  void clearsAnOverrideWithANulAsWithALineEnd() throws KernelRefusal {
    assertThat(override(site.nic())).isEqualTo("(null)");
    kernel.write(nic + "/driver_override", "vfio-pci\n");
    assertThat(override(site.nic())).isEqualTo("vfio-pci");
    kernel.write(nic + "/driver_override", "\0");
    assertThat(override(site.nic())).isEqualTo("(null)");
    kernel.write(nic + "/driver_override", "other");
    assertThat(override(site.nic())).isEqualTo("other");
    kernel.write(nic + "/driver_override", "\n");
    assertThat(override(site.nic())).isEqualTo("(null)");
  }

  @Test
  void keepsEveryDriverButTheOverridingOneAway() throws KernelRefusal {
    kernel.write(nic + "/driver_override", "vfio-pci");
    release(site.nic());
    assertThat(refusal(own + "/bind", site.nic())).isEqualTo(Reason.ENODEV);
    assertThat(driver(site.nic())).isEmpty();
  }

  @Test
  void probesWithoutAnErrorWhereNoDriverTakesTheFunction() throws KernelRefusal {
    kernel.write(nic + "/driver_override", "no-such-driver");
    release(site.nic());
    kernel.write(PROBE, site.nic());
    assertThat(driver(site.nic())).isEmpty();
    assertThat(kernel.link(nic + "/driver")).isEqualTo(Fact.absent());
  }

  @Test
  void bindsAFreeFunctionAndRefusesABoundOne() throws KernelRefusal {
    assertThat(refusal(own + "/bind", site.nic())).isEqualTo(Reason.EBUSY);
    release(site.nic());
    kernel.write(own + "/bind", site.nic());
    assertThat(driver(site.nic())).isEqualTo(site.nicDriver());
  }

  @Test
  void letsVfioPciBindOnlyWhatIsOverriddenToIt() throws KernelRefusal {
    assertThat(refusal(DRIVERS + "vfio-pci/bind", site.nic())).isEqualTo(Reason.ENODEV);
    release(site.nic());
    assertThat(refusal(DRIVERS + "vfio-pci/bind", site.nic())).isEqualTo(Reason.ENODEV);
    kernel.write(nic + "/driver_override", "vfio-pci");
    kernel.write(DRIVERS + "vfio-pci/bind", site.nic());
    assertThat(driver(site.nic())).isEqualTo("vfio-pci");
  }

  @Test
  void refusesToUnbindFromADriverThatDoesNotHaveTheFunction() {
    assertThat(refusal(DRIVERS + "vfio-pci/unbind", site.nic())).isEqualTo(Reason.ENODEV);
    assertThat(driver(site.nic())).isEqualTo(site.nicDriver());
  }

  @Test
  void knowsNoFunctionByAnotherNameThanItsFullAddress() {
    String brief = site.nic().substring(5);
    assertThat(refusal(own + "/unbind", brief)).isEqualTo(Reason.ENODEV);
    assertThat(refusal(own + "/bind", "0000:fe:1f.7")).isEqualTo(Reason.ENODEV);
    assertThat(refusal(PROBE, brief)).isEqualTo(Reason.ENODEV);
    assertThat(refusal(PROBE, " " + site.nic())).isEqualTo(Reason.ENODEV);
  }

  @Test
  void takesAnAddressWithALineEnd() throws KernelRefusal {
    kernel.write(own + "/unbind", site.nic() + "\n");
    assertThat(driver(site.nic())).isEmpty();
    kernel.write(PROBE, site.nic() + "\n");
    assertThat(driver(site.nic())).isEqualTo(site.nicDriver());
  }

  @Test
  void hasNoAttributeWhereThereIsNothingToDo() throws KernelRefusal {
    release(site.nic());
    assertThat(refusal(nic + "/driver/unbind", site.nic())).isEqualTo(Reason.ENOENT);
    assertThat(refusal(nic + "/sriov_numvfs", "1")).isEqualTo(Reason.ENOENT);
    assertThat(refusal(DEVICES + site.otherTwin() + "/reset", "1")).isEqualTo(Reason.ENOENT);
    assertThat(refusal(DRIVERS + "no-such-driver/bind", site.nic())).isEqualTo(Reason.ENOENT);
  }

  @Test
  void opensNoAttributeAgainstItsMode() {
    assertThat(refusal(nic + "/vendor", "0x8086")).isEqualTo(Reason.EACCES);
    assertThat(kernel.read(PROBE)).isInstanceOf(Fact.Unreadable.class);
    assertThat(kernel.read(nic + "/remove")).isInstanceOf(Fact.Unreadable.class);
    assertThat(kernel.read(nic)).isInstanceOf(Fact.Unreadable.class);
    assertThat(kernel.read(nic + "/nothing")).isEqualTo(Fact.absent());
    assertThat(kernel.list(nic + "/nothing")).isEqualTo(Fact.absent());
    assertThat(kernel.list(nic + "/vendor")).isInstanceOf(Fact.Unreadable.class);
  }

  @Test
  void showsABindingInLinksListsAndUevent() throws KernelRefusal {
    assertThat(kernel.list(own).or(List.of())).contains(site.nic(), "bind", "unbind", "new_id");
    assertThat(kernel.read(nic + "/uevent").or(""))
        .startsWith("DRIVER=" + site.nicDriver() + "\nPCI_CLASS=20000\nPCI_ID=")
        .contains("\nPCI_SLOT_NAME=" + site.nic());
    assertThat(kernel.resolve(own + "/" + site.nic())).isEqualTo(kernel.resolve(nic));
    assertThat(kernel.resolve(nic + "/driver")).isEqualTo(Fact.known(own));
    release(site.nic());
    assertThat(kernel.list(own).or(List.of())).doesNotContain(site.nic());
    assertThat(kernel.read(nic + "/uevent").or("")).startsWith("PCI_CLASS=20000\n");
    assertThat(kernel.list("sys/bus/pci/devices").or(List.of())).contains(site.nic());
  }

  @Test
  void takesTheInterfaceAwayWithItsDriverAndBringsItBack() throws KernelRefusal {
    bench.await(
        "the interface has its name", () -> kernel.exists("sys/class/net/" + site.nicNet()));
    assertThat(kernel.list(nic + "/net")).isEqualTo(Fact.known(List.of(site.nicNet())));
    assertThat(kernel.resolve("sys/class/net/" + site.nicNet() + "/device"))
        .isEqualTo(kernel.resolve(nic));
    release(site.nic());
    assertThat(kernel.exists("sys/class/net/" + site.nicNet())).isFalse();
    assertThat(kernel.exists(nic + "/net")).isFalse();
    kernel.write(PROBE, site.nic());
    bench.await("the interface is back", () -> kernel.exists("sys/class/net/" + site.nicNet()));
  }

  @Test
  void refusesAnIdThatTheDriverMatchesAnyway() throws KernelRefusal {
    String id = kernel.read(nic + "/vendor").or("") + " " + kernel.read(nic + "/device").or("");
    assertThat(refusal(own + "/new_id", id)).isEqualTo(Reason.EEXIST);
    assertThat(refusal(own + "/new_id", "8086")).isEqualTo(Reason.EINVAL);
  }

  @Test
  void resetsAFunctionForAOneAndNothingElse() throws KernelRefusal {
    release(site.nic());
    kernel.write(nic + "/reset", "1");
    assertThat(refusal(nic + "/reset", "2")).isEqualTo(Reason.EINVAL);
    assertThat(refusal(nic + "/reset", "yes")).isEqualTo(Reason.EINVAL);
  }

  @Test
  void choosesAResetMethodOnlyAmongThoseThatThereAre() throws KernelRefusal {
    String all = kernel.read(nic + "/reset_method").or("");
    assertThat(refusal(nic + "/reset_method", "magic")).isEqualTo(Reason.EINVAL);
    assertThat(kernel.read(nic + "/reset_method").or("")).isEqualTo(all);
    kernel.write(nic + "/reset_method", "bus");
    assertThat(kernel.read(nic + "/reset_method").or("")).isEqualTo("bus");
    kernel.write(nic + "/reset_method", "default");
    assertThat(kernel.read(nic + "/reset_method").or("")).isEqualTo(all);
  }

  @Test
  void findsARemovedFunctionAgainAsANewOne() throws KernelRefusal {
    kernel.write(nic + "/driver_override", "no-such-driver");
    kernel.write(nic + "/remove", "1");
    assertThat(kernel.exists(nic)).isFalse();
    assertThat(kernel.list("sys/bus/pci/devices").or(List.of())).doesNotContain(site.nic());
    kernel.write("sys/bus/pci/rescan", "1");
    assertThat(driver(site.nic())).isEqualTo(site.nicDriver());
    assertThat(override(site.nic())).isEqualTo("(null)");
  }

  @Test
  void loadsNoModuleThatThereIsNot() throws KernelRefusal {
    KernelRefusal refusal =
        catchThrowableOfType(KernelRefusal.class, () -> kernel.loadModule("no-such-module"));
    assertThat(refusal.reason()).isEqualTo(Reason.ENOENT);
    kernel.loadModule("vfio-pci");
  }
}
