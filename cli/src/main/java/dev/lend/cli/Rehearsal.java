package dev.lend.cli;

import dev.lend.act.Hands;
import dev.lend.act.Patience;
import dev.lend.act.QemuGuests;
import dev.lend.act.ReadHost;
import dev.lend.act.StepFailure;
import dev.lend.act.WriteLog;
import dev.lend.linux.LiveNet;
import dev.lend.linux.LiveNvme;
import dev.lend.linux.Net;
import dev.lend.linux.NetRefusal;
import dev.lend.plan.Step;
import dev.lend.sysfs.Deadlines;
import dev.lend.sysfs.FileKernel;
import dev.lend.sysfs.Kernel;
import dev.lend.sysfs.KernelRefusal;
import dev.lend.sysfs.LiveKernel;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Plays the commands that change something on a made-up host in a folder and a made-up guest, so
 * that the AOT cache knows the classes they take: under emulation that saves seconds on each.
 */
final class Rehearsal {
  static final String NIC = "0000:02:00.0";
  static final String DRIVER = "e1000e";

  private final Path root;
  private final Context context;

  Rehearsal(Path root, Context context) {
    this.root = root;
    this.context = context;
  }

  /**
   * Plays all of them.
   *
   * @return the exit statuses of those that change something, in order
   */
  List<ExitCode> play() throws IOException {
    List<ExitCode> ends = new ArrayList<>();
    Path socket = root.resolve("qmp.sock");
    try (Monitor monitor = new Monitor(socket)) {
      monitor.start();
      String guest = "qmp:" + socket;
      ends.add(change(ChangeCommand.Verb.RESERVE, NIC, "--yes"));
      ends.add(change(ChangeCommand.Verb.RESERVE, NIC, "--yes"));
      ends.add(change(ChangeCommand.Verb.RETURN, NIC));
      ends.add(change(ChangeCommand.Verb.ATTACH, NIC, "--guest", guest, "--yes", "--dry-run"));
      ends.add(change(ChangeCommand.Verb.ATTACH, NIC, "--guest", guest, "--yes"));
      ends.add(change(ChangeCommand.Verb.ATTACH, NIC, "--guest", guest, "--yes", "--json"));
      Cli.run(List.of("status", "--root", root.toString(), "--state", state().toString()), context);
      ends.add(change(ChangeCommand.Verb.DETACH, NIC));
    }
    refused();
    network();
    return ends;
  }

  /**
   * A step that the running kernel refuses, by the child process that all its changes go through.
   */
  private static void refused() {
    LiveKernel kernel = new LiveKernel(new FileKernel(Path.of("/")), Deadlines.standard());
    Hands hands =
        new Hands(
            kernel,
            new LiveNet(),
            new LiveNvme(),
            new ReadHost(kernel, new LiveNet(), new LiveNvme(), ""),
            new QemuGuests(Duration.ofSeconds(1), kernel),
            Patience.polling());
    try {
      hands.carryOut(new Step.LoadModule("lend-no-such-module"), WriteLog.none());
    } catch (StepFailure asItShould) {
      return;
    }
  }

  /**
   * What is asked of the running kernel's network before a change; native code is costly to load.
   */
  private static void network() {
    Net net = new LiveNet();
    try {
      net.links();
      net.addresses();
      net.routes(1);
      net.vfs(1);
    } catch (NetRefusal notHere) {
      return;
    }
  }

  private Path state() {
    return root.resolve("state");
  }

  private ExitCode change(ChangeCommand.Verb verb, String... words) {
    ChangeCommand command = new ChangeCommand(verb);
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--state", state().toString()));
    if (verb.takes()) {
      // The card is the only one there.
      all.addAll(List.of("--accept", "management-address"));
    }
    Arguments arguments = Cli.read(command, all, context).orElseThrow();
    return command.run(
        arguments,
        context,
        Workshop.over(
            new FolderKernel(root),
            new FolderNet(),
            new LiveNvme(),
            arguments,
            context,
            ChangeCommand.timeout(arguments)));
  }

  /** A host in a folder, on which drivers bind as they are told. */
  private static final class FolderKernel extends FileKernel implements Kernel {
    private final Path device;

    FolderKernel(Path root) {
      super(root);
      device = root.resolve("sys/bus/pci/devices/" + NIC);
    }

    @Override
    public void write(String path, String value, Witness witness) throws KernelRefusal {
      try {
        Path link = device.resolve("driver");
        Path override = device.resolve("driver_override");
        if (path.endsWith("/driver_override")) {
          Files.writeString(override, value.isBlank() ? "(null)" : value);
        } else if (path.endsWith("/unbind")) {
          Files.delete(link);
          bound("");
        } else {
          String wanted = Files.readString(override);
          String driver = wanted.equals("(null)") ? DRIVER : wanted;
          Files.createSymbolicLink(link, Path.of("../../../bus/pci/drivers/" + driver));
          bound("DRIVER=" + driver + "\n");
        }
      } catch (IOException e) {
        throw new KernelRefusal(path, KernelRefusal.Reason.EIO, "");
      }
    }

    private void bound(String line) throws IOException {
      Path uevent = device.resolve("uevent");
      String rest = Files.readString(uevent);
      int start = rest.startsWith("DRIVER=") ? rest.indexOf('\n') + 1 : 0;
      Files.writeString(uevent, line + rest.substring(start));
    }

    @Override
    public void loadModule(String name, Witness witness) {}

    @Override
    public Claim claim(int group) {
      return () -> {};
    }
  }

  /** A guest's monitor that agrees to everything. */
  private static final class Monitor implements AutoCloseable {
    private final ServerSocketChannel server;

    Monitor(Path socket) throws IOException {
      server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
      server.bind(UnixDomainSocketAddress.of(socket));
    }

    void start() {
      Thread.ofPlatform().daemon().start(this::serve);
    }

    private void serve() {
      String devices = "";
      while (server.isOpen()) {
        try (SocketChannel client = server.accept()) {
          devices = converse(client, devices);
        } catch (IOException closed) {
          // By a client that only looked who is here, or by us.
          continue;
        }
      }
    }

    private static String converse(SocketChannel client, String before) throws IOException {
      String devices = before;
      say(client, "{\"QMP\":{\"version\":{},\"capabilities\":[]}}");
      BufferedReader lines = new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8));
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int at = line.indexOf("\"id\":\"") + 6;
        String id = line.substring(at, line.indexOf('"', at));
        String answer = "{}";
        String event = "";
        if (line.contains("query-pci")) {
          answer =
              "[{\"bus\":0,\"devices\":[{\"id\":{\"vendor\":6966,\"device\":12},\"qdev_id\":\"rp0\","
                  + "\"pci_bridge\":{\"bus\":{},\"devices\":["
                  + devices
                  + "]}}]}]";
        } else if (line.contains("query-memory")) {
          answer = "{\"base-memory\":268435456,\"plugged-memory\":0}";
        } else if (line.contains("/machine\"")) {
          answer = "{\"size\":268435456,\"max-size\":268435456,\"slots\":0}";
        } else if (line.contains("qom-get")) {
          answer = "\"pcie-root-port\"";
        } else if (line.contains("device_add")) {
          devices =
              "{\"id\":{\"vendor\":1,\"device\":1},\"qdev_id\":\""
                  + dev.lend.plan.Planner.deviceId(
                      dev.lend.model.PciAddress.parse(NIC).orElseThrow())
                  + "\"}";
        } else if (line.contains("device_del")) {
          devices = "";
          int name = line.indexOf("\"arguments\":{\"id\":\"") + 19;
          event =
              "{\"event\":\"DEVICE_DELETED\",\"data\":{\"device\":\""
                  + line.substring(name, line.indexOf('"', name))
                  + "\",\"path\":\"/\"}}";
        }
        say(client, "{\"return\":" + answer + ",\"id\":\"" + id + "\"}");
        if (!event.isEmpty()) {
          say(client, event);
        }
      }
      return devices;
    }

    private static void say(SocketChannel client, String text) throws IOException {
      client.write(ByteBuffer.wrap((text + "\r\n").getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }
}
