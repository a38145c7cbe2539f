package dev.lend.cli;

import dev.lend.model.GuestMemory;
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
  private static final long DEFAULT = 128L << 20;

  /** Each 1024 of the one before it, bytes first. */
  private static final String UNITS = "BKMGT";

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

  /**
   * How much memory it asks for; empty where that cannot be told (QEMU: {@code -help}, {@code -m}:
   * in MiB where no unit is said, 128 MiB where nothing is).
   */
  Optional<GuestMemory> memory() {
    Optional<Long> size = values("-readconfig").isEmpty() ? Optional.of(DEFAULT) : Optional.empty();
    Optional<Long> most = Optional.empty();
    for (String value : values("-m")) {
      for (String part : value.split(",", -1)) {
        int equals = part.indexOf('=');
        String name = equals < 0 ? "size" : part.substring(0, equals);
        if (name.equals("size")) {
          size = bytes(part.substring(equals + 1));
        } else if (name.equals("maxmem")) {
          most = bytes(part.substring(equals + 1));
        }
      }
    }
    Optional<Long> grows = most;
    return size.map(now -> new GuestMemory(now, Math.max(now, grows.orElse(0L)), Optional.empty()));
  }

  /** True where its memory is the host's like all other, and not out of files or huge pages. */
  boolean ownMemory() {
    return values("-mem-path").isEmpty()
        && values("-object").stream().noneMatch(object -> object.startsWith("memory-backend-"));
  }

  private static Optional<Long> bytes(String text) {
    int unit =
        text.isEmpty() ? -1 : UNITS.indexOf(Character.toUpperCase(text.charAt(text.length() - 1)));
    String digits = unit < 0 ? text : text.substring(0, text.length() - 1);
    try {
      return Optional.of(
              Math.multiplyExact(Long.parseLong(digits), 1L << 10 * (unit < 0 ? 2 : unit)))
          .filter(bytes -> bytes > 0);
    } catch (NumberFormatException | ArithmeticException notSo) {
      return Optional.empty();
    }
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
