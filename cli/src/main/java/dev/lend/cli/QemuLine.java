package dev.lend.cli;

import dev.lend.model.PciAddress;
import dev.lend.plan.Planner;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The line that starts a QEMU, as a person typed it: a program (QEMU, or what starts it in its own
 * place, such as {@code numactl}) and its arguments.
 *
 * @param words the program first
 */
record QemuLine(List<String> words) {
  QemuLine {
    words = List.copyOf(words);
  }

  /**
   * Looks whether Lend could tell when it ends.
   *
   * @param path where programs are ({@code PATH})
   * @throws UsageException there is no such program, or it would leave {@code lend run} behind
   */
  void check(String path) {
    if (!there(path)) {
      throw new UsageException(
          "no such program: " + words.getFirst() + ". Nothing was done. Its full path helps");
    }
    for (String word : words) {
      if (option(word).equals("-daemonize")) {
        throw new UsageException(
            "with -daemonize, nobody would know when the guest ends. Leave it out, and put lend run"
                + " itself into the background");
      }
    }
  }

  private boolean there(String path) {
    String program = words.getFirst();
    if (program.contains("/")) {
      return runs(new File(program));
    }
    for (String folder : path.split(File.pathSeparator, -1)) {
      if (runs(Path.of(folder.isEmpty() ? "." : folder).resolve(program).toFile())) {
        return true;
      }
    }
    return false;
  }

  private static boolean runs(File program) {
    return program.isFile() && program.canExecute();
  }

  /** QEMU takes its options with one dash or two (QEMU: {@code system/vl.c}, lookup_opt). */
  private static String option(String word) {
    return word.startsWith("--") ? word.substring(1) : word;
  }

  /** What a person calls the guest: by {@code -name}, else the program. */
  String name() {
    for (String value : values("-name")) {
      for (String part : value.split(",", -1)) {
        if (part.startsWith("guest=")) {
          return part.substring("guest=".length());
        }
        if (!part.contains("=") && !part.isEmpty()) {
          return part;
        }
      }
    }
    String program = words.getFirst();
    return program.substring(program.lastIndexOf('/') + 1);
  }

  /** The line with the devices at its end. */
  List<String> with(List<PciAddress> devices) {
    List<String> all = new ArrayList<>(words);
    for (PciAddress address : devices) {
      all.addAll(
          express()
              ? StartWithCommand.qemu(address)
              : List.of(
                  "-device", "vfio-pci,host=" + address + ",id=" + Planner.deviceId(address)));
    }
    return all;
  }

  /** The same as a person would type it into a shell. */
  String shell(List<PciAddress> devices) {
    StringBuilder line = new StringBuilder();
    for (String word : with(devices)) {
      line.append(line.isEmpty() ? "" : " ").append(plain(word) ? word : quoted(word));
    }
    return line.toString();
  }

  private static boolean plain(String word) {
    return !word.isEmpty()
        && word.chars()
            .allMatch(
                c -> c > 0x7f || Character.isLetterOrDigit(c) || "-_=,.:/+@%".indexOf(c) >= 0);
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }

  /**
   * True for a machine with PCI Express root ports. Those for PCs that have none are pc (i440fx),
   * which QEMU takes where nothing is said, isapc and microvm (QEMU: {@code -machine help}).
   */
  private boolean express() {
    Optional<String> machine = Optional.empty();
    for (String option : List.of("-machine", "-M")) {
      for (String value : values(option)) {
        for (String part : value.split(",", -1)) {
          if (part.startsWith("type=")) {
            machine = Optional.of(part.substring("type=".length()));
          }
        }
        String first = value.split(",", -1)[0];
        machine = first.contains("=") ? machine : Optional.of(first);
      }
    }
    String type = machine.orElse("");
    boolean plain = type.equals("pc") || type.startsWith("pc-i440fx") || type.equals("isapc");
    boolean unsaid = type.isEmpty() && !values("-readconfig").iterator().hasNext() && forPc();
    return !plain && !unsaid && !type.equals("microvm");
  }

  private boolean forPc() {
    return words.stream()
        .anyMatch(word -> word.endsWith("qemu-system-x86_64") || word.endsWith("qemu-kvm"));
  }

  /** What stands after an option, wherever it stands. */
  private List<String> values(String option) {
    List<String> values = new ArrayList<>();
    for (int i = 1; i + 1 < words.size(); i++) {
      if (option(words.get(i)).equals(option)) {
        values.add(words.get(i + 1));
      }
    }
    return values;
  }
}
