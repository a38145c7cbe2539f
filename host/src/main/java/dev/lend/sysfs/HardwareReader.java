package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.FunctionDetail.Bar;
import dev.lend.model.FunctionDetail.ReservedRegion;
import dev.lend.model.Hardware;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import java.util.ArrayList;
import java.util.List;

/** Reads what plans need to know of a function's hardware. */
final class HardwareReader {
  private final KernelReader kernel;

  HardwareReader(KernelReader kernel) {
    this.kernel = kernel;
  }

  Hardware read(PciFunction function) {
    return new Hardware(
        resets(function.address()),
        reserved(function).or(List.of()),
        IdentityReader.serial(kernel, function.address()),
        window(function.address(), Bar.Space.MEMORY_32),
        window(function.address(), Bar.Space.MEMORY_64));
  }

  private long window(PciAddress address, Bar.Space space) {
    long bytes = 0;
    for (Bar bar : DetailReader.bars(kernel, address)) {
      bytes += bar.space() == space ? bar.bytes() : 0;
    }
    return bytes;
  }

  /**
   * Since kernel 5.15 {@code reset_method} names them, and is empty where a person has forbidden
   * them all; before, {@code reset} is there or not.
   */
  Fact<List<String>> resets(PciAddress address) {
    Fact<String> methods = kernel.read(DetailReader.path(address, "reset_method"));
    if (methods instanceof Fact.Absent<String>) {
      return kernel.exists(DetailReader.path(address, "reset"))
          ? Fact.known(List.of())
          : Fact.absent();
    }
    Fact<List<String>> words = methods.map(Facts::words);
    return words.equals(Fact.known(List.of())) ? Fact.absent() : words;
  }

  Fact<List<ReservedRegion>> reserved(PciFunction function) {
    return switch (function.group()) {
      case Fact.Known<Integer>(Integer group) ->
          kernel
              .read("sys/kernel/iommu_groups/" + group + "/reserved_regions")
              .map(HardwareReader::regions);
      case Fact.Absent<Integer>() -> Fact.absent();
      case Fact.Unreadable<Integer>(String path, String why) -> new Fact.Unreadable<>(path, why);
    };
  }

  private static List<ReservedRegion> regions(String text) {
    List<ReservedRegion> regions = new ArrayList<>();
    for (String line : text.lines().toList()) {
      List<String> words = Facts.words(line);
      if (words.size() == 3) {
        regions.add(new ReservedRegion(words.get(0), words.get(1), words.get(2)));
      }
    }
    return regions;
  }
}
