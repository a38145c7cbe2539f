package dev.lend.sysfs;

import dev.lend.linux.Net;
import dev.lend.linux.Nvme;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Nested;

/** The simulated kernel keeps the contract. */
class SimulatedKernelContractTest {
  @Nested
  class Binding extends BindingContract {
    @Override
    Workbench workbench() {
      return new Simulated();
    }
  }

  @Nested
  class Vfio extends VfioContract {
    @Override
    Workbench workbench() {
      return new Simulated();
    }
  }

  @Nested
  class Sriov extends SriovContract {
    @Override
    Workbench workbench() {
      return new Simulated();
    }
  }

  @Nested
  class Reset extends ResetContract {
    @Override
    Workbench workbench() {
      return new Simulated();
    }
  }

  @Nested
  class Network extends NetContract {
    @Override
    Workbench workbench() {
      return new Simulated();
    }
  }

  @Nested
  class Controllers extends NvmeContract {
    @Override
    Workbench workbench() {
      return new Simulated();
    }
  }

  private static final class Simulated implements Workbench {
    private final SimulatedKernel kernel = SimulatedHosts.lab();
    private long lastPid = 4000;

    @Override
    public Kernel kernel() {
      return kernel;
    }

    @Override
    public Kernel hasty() {
      return kernel;
    }

    @Override
    public Net net() {
      return kernel;
    }

    @Override
    public Nvme nvme() {
      return kernel;
    }

    @Override
    public Site site() {
      return Site.lab();
    }

    @Override
    public Hold hold(String address) throws KernelRefusal {
      long pid = ++lastPid;
      kernel.startGuest(pid, "guest" + pid, false);
      kernel.guestTakes(pid, address);
      return () -> kernel.stopGuest(pid);
    }

    @Override
    public void await(String what, BooleanSupplier condition) {
      if (!condition.getAsBoolean()) {
        throw new AssertionError("not so: " + what);
      }
    }
  }
}
