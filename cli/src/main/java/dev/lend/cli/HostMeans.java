package dev.lend.cli;

import dev.lend.advise.Means;
import dev.lend.ledger.Ledger;
import dev.lend.model.HostSnapshot;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.HostReader;
import dev.lend.sysfs.PathFacts;

/**
 * A host, and what it has for guests' networks.
 *
 * @param kernel it
 * @param host its devices
 * @param ledger what Lend knows of them
 */
record HostMeans(FileKernel kernel, HostSnapshot host, Ledger ledger, Means means) {
  static HostMeans read(Arguments arguments, Context context) {
    FileKernel kernel = context.kernel(arguments);
    HostSnapshot host =
        context.withMarks(new HostReader(kernel).read(context.scope(kernel)), kernel, arguments);
    // What Lend remembers is about this host.
    Ledger ledger =
        kernel.isConfined() && !arguments.has("--state")
            ? Ledger.empty()
            : context.journal(arguments).ledger();
    return new HostMeans(kernel, host, ledger, Means.of(host, ledger, PathFacts.vhostNet(kernel)));
  }
}
