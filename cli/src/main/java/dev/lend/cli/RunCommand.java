package dev.lend.cli;

import dev.lend.model.HostSnapshot;
import dev.lend.model.PciAddress;
import dev.lend.model.PciFunction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** {@code lend run}: a QEMU that has devices for as long as it runs. */
final class RunCommand implements Command {
  private static final Duration UNPLUG = Duration.ofSeconds(60);

  @Override
  public String name() {
    return "run";
  }

  @Override
  public Group group() {
    return Group.LEND;
  }

  @Override
  public String summary() {
    return "Start a QEMU with devices, and take them back when it ends";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend run 01:10.0 -- qemu-system-x86_64 -machine q35,accel=kvm -m 4G disk.img",
        "the exit status is QEMU's; the device is back on its driver when it has ended",
        "lend run eth1/vf0 05:00.0 --yes -- qemu-system-x86_64 -name web1 ...",
        "two devices, one of them in use; what is lent and to whom: lend status",
        "lend run 01:10.0 --dry-run -- qemu-system-x86_64 ...",
        "show what would be done, and the line that would be started");
  }

  @Override
  public Syntax syntax() {
    Syntax syntax =
        Syntax.none()
            .taking(
                new Syntax.Words.WithLine(
                    "DEVICE",
                    "devices (01:10.0, eth1, eth1/vf3, nvme0n1), then -- and the line that starts"
                        + " QEMU, to which their -device arguments are added",
                    "QEMU [ARGUMENTS...]"))
            .flag("--with-group", "take the other devices of their IOMMU groups along")
            .flag("--yes", "what is in use on the host, as shown, may stop")
            .repeatable(
                "--accept",
                "NAME",
                "what Lend would refuse because of NAME, as shown, may happen: default-route,"
                    + " mounted ...")
            .option(
                Workshop.TIMEOUT, "SECONDS", "how long the kernel may take to answer a write (30)")
            .flag("--dry-run", "show the plan, its commands and QEMU's line; change nothing");
    return Context.state(Workshop.noWait(syntax));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    throw new IllegalStateException("the status is the guest's");
  }

  @Override
  public int status(Arguments arguments, Context context) {
    Duration limit = arguments.has(Workshop.TIMEOUT) ? ChangeCommand.timeout(arguments) : UNPLUG;
    Workshop workshop = Workshop.of(arguments, context, limit);
    return status(arguments, context, workshop, Started.here(workshop.kernel()));
  }

  /** The same in a workshop of the caller's. */
  int status(Arguments arguments, Context context, Workshop workshop, Started.Starter starter) {
    int between = arguments.words().indexOf(Syntax.Words.WithLine.BETWEEN);
    List<String> line =
        between < 0 ? List.of() : arguments.words().subList(between + 1, arguments.words().size());
    if (line.isEmpty()) {
      throw new UsageException(
          "what shall be started with it? lend run DEVICE... -- qemu-system-x86_64 ...");
    }
    if (between == 0) {
      throw new UsageException("which device? lend run DEVICE... -- " + line.getFirst() + " ...");
    }
    QemuLine qemu = new QemuLine(line);
    qemu.check(context.variable("PATH"));
    HostSnapshot host = workshop.everything();
    List<PciAddress> devices = new ArrayList<>();
    for (String word : arguments.words().subList(0, between)) {
      PciFunction function = DeviceName.resolve(host, word);
      if (devices.contains(function.address())) {
        throw new UsageException(function.address().brief() + " is named twice");
      }
      devices.add(function.address());
    }
    GuestRun run = new GuestRun(devices, qemu, host, arguments, context, workshop, starter);
    return arguments.has("--dry-run") ? run.show().status() : run.play();
  }
}
