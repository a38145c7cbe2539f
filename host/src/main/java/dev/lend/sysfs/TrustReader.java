package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.FunctionDetail;
import dev.lend.model.PciAddress;
import dev.lend.model.TrustFacts;
import java.util.ArrayList;
import java.util.List;

/** Reads what decides whether a function can be trusted to a guest. */
public final class TrustReader {
  /** Memory or I/O, and a BAR; not the ROM nor what follows it (kernel: {@code ioport.h}). */
  private static final int DECODES = 0x300;

  private static final int BARS = 6;

  private final KernelReader kernel;
  private final Finding remapping;

  /** Reads from {@code kernel}. */
  public TrustReader(KernelReader kernel) {
    this.kernel = kernel;
    this.remapping =
        new IommuChecks(new HostFacts(kernel), new BootAdvice(kernel)).interruptRemapping();
  }

  /** The facts about a function that was read in detail. */
  public TrustFacts read(FunctionDetail detail) {
    PciAddress address = detail.function().address();
    return new TrustFacts(
        detail,
        remapping,
        Facts.number(kernel, DetailReader.path(address, "boot_vga")).map(number -> number == 1),
        kernel.bytes(DetailReader.path(address, "config")) instanceof Fact.Known<byte[]>(byte[] now)
            && ConfigCompare.silent(now),
        homeless(address),
        kernel.read("proc/sys/kernel/osrelease").or("").strip());
  }

  /** Windows that have a size and start at 0: the kernel found no room for them. */
  private List<Integer> homeless(PciAddress address) {
    List<Integer> found = new ArrayList<>();
    List<String> lines =
        kernel.read(DetailReader.path(address, "resource")).or("").lines().limit(BARS).toList();
    for (int i = 0; i < lines.size(); i++) {
      List<String> words = Facts.words(lines.get(i));
      if (words.size() == 3
          && Facts.hex(words.get(0)).orElse(1L) == 0
          && Facts.hex(words.get(1)).orElse(0L) > 0
          && (Facts.hex(words.get(2)).orElse(0L) & DECODES) != 0) {
        found.add(i);
      }
    }
    return found;
  }
}
