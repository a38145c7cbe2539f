package dev.lend.act;

import dev.lend.journal.FileJournalLog;
import dev.lend.journal.Journal;
import dev.lend.journal.JournalRecord;
import dev.lend.journal.StateFolder;
import dev.lend.linux.LiveNet;
import dev.lend.linux.LiveNvme;
import dev.lend.model.Guest;
import dev.lend.model.GuestView;
import dev.lend.model.PciAddress;
import dev.lend.model.VfioHolder;
import dev.lend.plan.Request;
import dev.lend.sysfs.Deadlines;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.LiveKernel;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The host that this runs on, with one state folder: the same Lend as the program is. */
final class RealHost {
  private static final Duration UNPLUG = Duration.ofSeconds(60);

  final Path state;
  final FileKernel kernel = new FileKernel(Path.of("/"));
  final Picture picture = new Picture(kernel, new LiveNet());
  final List<String> said = new ArrayList<>();
  private final QemuGuests guests = new QemuGuests(UNPLUG, kernel);
  private final ReadHost view = new ReadHost(kernel, new LiveNet(), new LiveNvme(), "");

  RealHost(Path state) {
    this.state = state;
  }

  private Lender lender() {
    Hands hands =
        new Hands(
            new LiveKernel(kernel, Deadlines.standard()),
            new LiveNet(),
            new LiveNvme(),
            view,
            guests,
            Patience.polling());
    return new Lender(view, guests, hands, Clock.systemUTC(), "campaign");
  }

  private StateFolder lock() {
    return StateFolder.lock(
        state,
        "campaign",
        who -> {
          throw new AssertionError("the state folder is held by " + who);
        });
  }

  /** Makes the state folder and its files. */
  void begin() {
    try (StateFolder folder = lock()) {
      folder.journal();
    }
  }

  Journal journal() {
    return Journal.read(FileJournalLog.readOnly(state));
  }

  Optional<JournalRecord.Outcome> recover() {
    try (StateFolder folder = lock()) {
      return lender().recover(folder.journal(), progress());
    }
  }

  Outcome carryOut(Request request) {
    try (StateFolder folder = lock()) {
      return lender().carryOut(folder.journal(), request, progress());
    }
  }

  private Progress progress() {
    return new Progress() {
      @Override
      public void notPutBack(String what) {
        said.add("NOT PUT BACK: " + what);
      }

      @Override
      public void recovered(String what) {
        said.add(what);
      }
    };
  }

  /** All functions of the host. */
  List<PciAddress> functions() {
    List<PciAddress> all = new ArrayList<>();
    for (String name : kernel.list("sys/bus/pci/devices").or(List.of())) {
      PciAddress.parse(name).ifPresent(all::add);
    }
    return all;
  }

  /** The processes that have a function's group open. */
  List<VfioHolder> holders(PciAddress address) {
    String link = kernel.link("sys/bus/pci/devices/" + address + "/iommu_group").or("");
    return view.holders(Integer.parseInt(link.substring(link.lastIndexOf('/') + 1)));
  }

  /** What a guest's QEMU says that it has: the answer of {@code query-pci}. */
  List<String> devicesOf(Guest guest) {
    if (guests.view(guest).state() instanceof GuestView.Answering answering) {
      return List.copyOf(answering.devices());
    }
    throw new AssertionError(guest + " does not answer");
  }
}
