package dev.lend.sysfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that has a function open through VFIO until it is killed, as a guest has. */
public final class HoldVfio {
  private HoldVfio() {}

  /** Takes the function's address, and a file to make once it is open. */
  public static void main(String[] args) throws IOException, InterruptedException, KernelRefusal {
    KernelReader kernel = new FileKernel(Path.of("/"));
    String link = kernel.link("sys/bus/pci/devices/" + args[0] + "/iommu_group").or("");
    try (VfioHold hold = new VfioHold(KernelContract.lastName(link), args[0])) {
      Files.writeString(Path.of(args[1]), "open");
      new CountDownLatch(1).await();
    }
  }
}
