package dev.lend.sysfs;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.lend.linux.LiveNet;
import dev.lend.linux.LiveNvme;
import dev.lend.linux.Net;
import dev.lend.linux.Nvme;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Holds the kernel that this runs on to the contract. It takes devices from their drivers: only for
 * the lab's host. Prints a line for each test and ends with 1 where one failed.
 */
public final class RealKernelContract {
  private RealKernelContract() {}

  /**
   * Runs all contracts, or those of the classes that are named: Binding, Vfio, Sriov, Reset,
   * Network, Controllers.
   */
  public static void main(String[] args) {
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    for (Class<?> contract :
        new Class<?>[] {
          Binding.class, Vfio.class, Sriov.class, Reset.class, Network.class, Controllers.class
        }) {
      if (args.length == 0 || java.util.List.of(args).contains(contract.getSimpleName())) {
        request.selectors(selectClass(contract));
      }
    }
    Lines lines = new Lines(System.out);
    LauncherFactory.create().execute(request.build(), lines);
    System.out.println(lines.passed + " passed, " + lines.failed + " failed");
    System.out.flush();
    // A child that still waits in the kernel must not keep this alive.
    Runtime.getRuntime().halt(lines.failed == 0 && lines.passed > 0 ? 0 : 1);
  }

  private static final class Lines implements TestExecutionListener {
    private final PrintStream out;
    private long started;
    private int passed;
    private int failed;

    Lines(PrintStream out) {
      this.out = out;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
      started = System.nanoTime();
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
      boolean success = result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
      if (!test.isTest() && success) {
        return;
      }
      passed += success ? 1 : 0;
      failed += success ? 0 : 1;
      long millis = (System.nanoTime() - started) / 1_000_000;
      out.println((success ? "ok   " : "FAIL ") + test.getDisplayName() + " " + millis + " ms");
      result
          .getThrowable()
          .ifPresent(cause -> {
            out.println("     " + cause.toString().strip().replace("\n", "\n     "));
            for (StackTraceElement at : cause.getStackTrace()) {
              if (at.getClassName().startsWith("dev.lend")) {
                out.println("     at " + at);
              }
            }
          });
    }
  }

  static class Binding extends BindingContract {
    @Override
    Workbench workbench() {
      return new Real();
    }
  }

  static class Vfio extends VfioContract {
    @Override
    Workbench workbench() {
      return new Real();
    }
  }

  static class Sriov extends SriovContract {
    @Override
    Workbench workbench() {
      return new Real();
    }
  }

  static class Reset extends ResetContract {
    @Override
    Workbench workbench() {
      return new Real();
    }
  }

  static class Network extends NetContract {
    @Override
    Workbench workbench() {
      return new Real();
    }
  }

  static class Controllers extends NvmeContract {
    @Override
    Workbench workbench() {
      return new Real();
    }
  }

  private static final class Real implements Workbench {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration HASTY = Duration.ofSeconds(3);

    private final FileKernel files = new FileKernel(Path.of("/"));
    private final Kernel kernel =
        new LiveKernel(files, new Deadlines(Duration.ofSeconds(20), Optional.of(LONG)));
    private final Kernel hasty =
        new LiveKernel(files, new Deadlines(Duration.ofSeconds(20), Optional.of(HASTY)));

    @Override
    public Kernel kernel() {
      return kernel;
    }

    @Override
    public Kernel hasty() {
      return hasty;
    }

    @Override
    public Net net() {
      return new LiveNet();
    }

    @Override
    public Nvme nvme() {
      return new LiveNvme();
    }

    @Override
    public Site site() {
      return Site.lab();
    }

    @Override
    public Hold hold(String address) throws KernelRefusal {
      String group =
          KernelContract.lastName(
              kernel.link("sys/bus/pci/devices/" + address + "/iommu_group").or(""));
      return new VfioHold(group, address);
    }

    @Override
    public void await(String what, BooleanSupplier condition) {
      long end = System.nanoTime() + LONG.toNanos();
      while (!condition.getAsBoolean()) {
        if (System.nanoTime() > end) {
          throw new AssertionError("not so in time: " + what);
        }
        Thread.onSpinWait();
        java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
      }
    }
  }
}
