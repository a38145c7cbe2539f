package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running QEMU, by its command line (qemu(1)).
 *
 * @param pid its number
 * @param name what it is called with {@code -name}
 * @param uuid what it says with {@code -uuid}
 * @param monitors paths of the UNIX sockets at which its machine protocol is offered
 * @param libvirts true where libvirt started it
 */
public record QemuProcess(
    int pid,
    Optional<String> name,
    Optional<String> uuid,
    List<String> monitors,
    boolean libvirts) {
  /** What libvirt calls the channel to its own monitor (libvirt: {@code src/qemu}). */
  private static final String LIBVIRTS = "id=charmonitor";

  /** Copies the list. */
  public QemuProcess {
    monitors = List.copyOf(monitors);
  }

  /** All that run, by their numbers. */
  public static List<QemuProcess> all(KernelReader kernel) {
    List<QemuProcess> found = new ArrayList<>();
    for (int pid : Processes.pids(kernel)) {
      of(kernel, pid).ifPresent(found::add);
    }
    return found;
  }

  private static Optional<QemuProcess> of(KernelReader kernel, int pid) {
    String line = kernel.read("proc/" + pid + "/cmdline").or("");
    List<String> words = List.of(line.split("\0", -1));
    String program = SysPath.name(words.getFirst());
    boolean qemu =
        program.startsWith("qemu-system-") || program.equals("qemu-kvm") || program.equals("kvm");
    if (!qemu) {
      return Optional.empty();
    }
    String folder =
        kernel.link("proc/" + pid + "/cwd") instanceof Fact.Known<String>(String cwd) ? cwd : "/";
    return Optional.of(
        new QemuProcess(
            pid,
            HolderReader.guestName(line),
            after(words, "uuid").stream().findFirst(),
            monitors(words, folder),
            after(words, "chardev").stream().anyMatch(value -> value.contains(LIBVIRTS))));
  }

  /** What follows an option, each time that it is there; with one dash or two. */
  private static List<String> after(List<String> words, String option) {
    List<String> values = new ArrayList<>();
    for (int i = 0; i + 1 < words.size(); i++) {
      if (words.get(i).equals("-" + option) || words.get(i).equals("--" + option)) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }

  private static List<String> monitors(List<String> words, String folder) {
    List<String> paths = new ArrayList<>();
    for (String option : List.of("qmp", "qmp-pretty")) {
      for (String value : after(words, option)) {
        if (value.startsWith("unix:")) {
          paths.add(value.substring(5).split(",", -1)[0]);
        }
      }
    }
    Map<String, String> sockets = new HashMap<>();
    for (String value : after(words, "chardev")) {
      Map<String, String> parts = parts(value);
      if (value.startsWith("socket,") && parts.containsKey("id") && parts.containsKey("path")) {
        sockets.put(parts.get("id"), parts.get("path"));
      }
    }
    for (String value : after(words, "mon")) {
      Map<String, String> parts = parts(value);
      String channel = parts.getOrDefault("chardev", value.split(",", -1)[0]);
      String path = sockets.get(channel);
      if ("control".equals(parts.get("mode")) && path != null) {
        paths.add(path);
      }
    }
    List<String> absolute = new ArrayList<>();
    for (String path : paths) {
      absolute.add(path.startsWith("/") ? path : folder + (folder.endsWith("/") ? "" : "/") + path);
    }
    return absolute;
  }

  /** {@code a=b,c=d}. */
  private static Map<String, String> parts(String value) {
    Map<String, String> parts = new HashMap<>();
    for (String part : value.split(",", -1)) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        parts.putIfAbsent(part.substring(0, equals), part.substring(equals + 1));
      }
    }
    return parts;
  }
}
