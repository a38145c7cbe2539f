package dev.lend.sysfs;

import dev.lend.model.Fact;
import dev.lend.model.Finding;
import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import dev.lend.model.SettingOwner;
import dev.lend.model.SriovFacts;
import dev.lend.model.SriovFacts.Window;
import dev.lend.plan.VfConditions;
import dev.lend.plan.VfLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what decides whether a function can have VFs (kernel: {@code
 * Documentation/ABI/testing/sysfs-bus-pci}, {@code drivers/pci/iov.c}).
 */
public final class SriovReader {
  /** VF windows follow six BARs and the ROM (kernel: {@code include/linux/pci.h}). */
  private static final int FIRST_WINDOW = 7;

  private static final int WINDOWS = 6;

  /** All of these are registers of 16 bits, or less. */
  private static final int REGISTER = 0xffff;

  private static final int RECORD_HEAD = 3;

  private final KernelReader kernel;
  private final Upstreams topology;
  private Optional<Fact<List<String>>> said = Optional.empty();

  /** Reads from {@code kernel}; its log once. */
  public SriovReader(KernelReader kernel) {
    this.kernel = kernel;
    this.topology = new Upstreams(kernel);
  }

  /** Whether a function can have VFs, the machine itself and others who set them included. */
  public VfConditions conditions(HostSnapshot host, PciFunction function) {
    HostFacts machine = new HostFacts(kernel);
    List<Finding> findings = new ArrayList<>(new CpuChecks(machine).all());
    findings.addAll(new IommuChecks(machine, new BootAdvice(kernel)).all());
    return VfConditions.of(findings, read(function), owners(host, function));
  }

  /** Who else sets a PF's VFs; of a captured host, as it was found there too. */
  SettingOwner.Found owners(HostSnapshot host, PciFunction function) {
    SettingOwner.Found here =
        new SettingOwners(kernel)
            .of(host, function, new PfIdentityReader(kernel).read(function, Map.of(), false).mac());
    List<SettingOwner> owners = new ArrayList<>(here.owners());
    for (SettingOwner captured : CapturedOwners.read(kernel, function.address())) {
      if (!owners.contains(captured)) {
        owners.add(captured);
      }
    }
    return new SettingOwner.Found(owners, here.unseen());
  }

  /** True where a function is a PF, or would be one if its firmware and the kernel let it. */
  public boolean concerns(PciFunction function) {
    return kernel.exists(DetailReader.path(function.address(), "sriov_totalvfs"))
        || DetailReader.config(kernel, function.address()).sriov() instanceof Fact.Known;
  }

  /** The facts about a function. */
  public SriovFacts read(PciFunction function) {
    PciAddress address = function.address();
    ConfigSpace config = DetailReader.config(kernel, address);
    return new SriovFacts(
        function,
        kernel.bytes(DetailReader.path(address, "config")) instanceof Fact.Known<byte[]>(byte[] now)
            && ConfigCompare.silent(now),
        config.sriov(),
        number(DetailReader.path(address, "sriov_totalvfs")),
        number(DetailReader.path(address, "sriov_offset")),
        number(DetailReader.path(address, "sriov_stride")),
        windows(address),
        config.ari(),
        topology.upstream(address).stream().findFirst().map(up -> port(up.address())),
        kernel
            .read("sys/module/vfio_pci/parameters/enable_sriov")
            .asOptional()
            .map(String::strip)
            .filter(value -> function.driver().orElse("").equals("vfio-pci")),
        about(address));
  }

  private SriovFacts.Port port(PciAddress address) {
    return new SriovFacts.Port(
        address,
        number(DetailReader.path(address, "secondary_bus_number")),
        number(DetailReader.path(address, "subordinate_bus_number")),
        DetailReader.config(kernel, address).ariForwarding());
  }

  private List<Window> windows(PciAddress address) {
    List<Window> windows = new ArrayList<>();
    List<String> lines =
        kernel.read(DetailReader.path(address, "resource")).or("").lines().toList();
    for (int i = 0; i < WINDOWS && FIRST_WINDOW + i < lines.size(); i++) {
      List<String> words = Facts.words(lines.get(FIRST_WINDOW + i));
      long first = words.size() == 3 ? Facts.hex(words.get(0)).orElse(0L) : 0;
      long last = words.size() == 3 ? Facts.hex(words.get(1)).orElse(0L) : 0;
      if (last > first) {
        windows.add(new Window(i, first, last - first + 1));
      }
    }
    return windows;
  }

  /** What the log says of a function's VFs. */
  private Fact<List<String>> about(PciAddress address) {
    return said()
        .map(all -> {
          List<String> found = new ArrayList<>();
          for (String message : all) {
            if (message.contains(address.toString())) {
              found.add(message);
            }
          }
          return found;
        });
  }

  /** What the log says of anybody's VFs. */
  Fact<List<String>> said() {
    Fact<List<String>> known =
        said.orElseGet(() ->
            kernel
                .log()
                .map(records -> {
                  List<String> found = new ArrayList<>();
                  for (String record : records) {
                    String message = message(record);
                    if (VfLog.matters(message)) {
                      found.add(message);
                    }
                  }
                  return found;
                }));
    said = Optional.of(known);
    return known;
  }

  /** The text of a record {@code 4,1234,5678901,-;text}; of a line without a head, all of it. */
  static String message(String record) {
    int text = record.indexOf(';');
    return text >= 0 && record.substring(0, text).split(",", -1).length > RECORD_HEAD
        ? record.substring(text + 1)
        : record;
  }

  private Fact<Integer> number(String path) {
    Fact<String> text = kernel.read(path);
    return text instanceof Fact.Known<String>(String digits)
        ? Facts.decimal(digits.strip())
            .filter(value -> value >= 0 && value <= REGISTER)
            .<Fact<Integer>>map(value -> Fact.known(value.intValue()))
            .orElseGet(() -> new Fact.Unreadable<>(path, "no number: " + digits))
        : text.map(never -> 0);
  }
}
