package dev.lend.sysfs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The NUMA node that a process is on: where a QEMU was told to have its guest's memory, else where
 * it may have memory, else where it may run, else where most of its memory is. Asked in this order
 * since the last makes the kernel walk over all of it.
 */
public final class ProcessNode {
  private static final String NODES = "sys/devices/system/node";

  private static final Pattern HOST_NODES =
      Pattern.compile("host-nodes(?:\\.\\d+)?(?:=|\":\\s*\\[?)([0-9][0-9,-]*)");

  private final KernelReader kernel;

  /** Reads through that port. */
  public ProcessNode(KernelReader kernel) {
    this.kernel = kernel;
  }

  /** True where the host has more than one. */
  public boolean matters() {
    return processors().size() > 1;
  }

  /** The node; empty where it is on several alike, or cannot be seen. */
  public OptionalInt of(int pid) {
    Set<Integer> told = backends(pid);
    if (told.size() == 1) {
      return OptionalInt.of(told.iterator().next());
    }
    Set<Integer> memory = set(line("proc/" + pid + "/status", "Mems_allowed_list"));
    if (memory.size() == 1) {
      return OptionalInt.of(memory.iterator().next());
    }
    OptionalInt pinned = pinned(pid);
    return pinned.isPresent() ? pinned : mostMemory(pid);
  }

  /**
   * The nodes of a QEMU's memory backends, in either way to write them: {@code
   * memory-backend-ram,id=m,host-nodes=0-1,policy=bind}, or the same as JSON (QEMU: {@code
   * qapi/qom.json}, MemoryBackendProperties).
   */
  private Set<Integer> backends(int pid) {
    Set<Integer> nodes = new TreeSet<>();
    for (String word : kernel.read("proc/" + pid + "/cmdline").or("").split("\0", -1)) {
      if (word.startsWith("memory-backend-") || word.contains("\"memory-backend-")) {
        Matcher told = HOST_NODES.matcher(word);
        while (told.find()) {
          nodes.addAll(set(told.group(1)));
        }
      }
    }
    return nodes;
  }

  /**
   * The node that has all the processors on which its threads may run; of a QEMU that names its
   * threads (qemu(1), {@code debug-threads}), those of its guest's processors alone.
   */
  private OptionalInt pinned(int pid) {
    Set<Integer> all = new TreeSet<>();
    Set<Integer> guests = new TreeSet<>();
    for (String thread : kernel.list("proc/" + pid + "/task").or(List.of())) {
      String path = "proc/" + pid + "/task/" + thread + "/status";
      Set<Integer> runs = set(line(path, "Cpus_allowed_list"));
      all.addAll(runs);
      if (line(path, "Name").strip().startsWith("CPU ")) {
        guests.addAll(runs);
      }
    }
    return having(guests.isEmpty() ? all : guests);
  }

  /** The node that has all of some processors; empty where none has, or there are none. */
  public OptionalInt having(Set<Integer> runs) {
    for (Map.Entry<Integer, Set<Integer>> node : processors().entrySet()) {
      if (!runs.isEmpty() && node.getValue().containsAll(runs)) {
        return OptionalInt.of(node.getKey());
      }
    }
    return OptionalInt.empty();
  }

  /** More than half of it (kernel: {@code fs/proc/task_mmu.c}, show_numa_map). */
  private OptionalInt mostMemory(int pid) {
    Map<Integer, Long> kibibytes = new TreeMap<>();
    for (String line : kernel.read("proc/" + pid + "/numa_maps").or("").split("\n", -1)) {
      long page = 4;
      List<String> counts = new ArrayList<>();
      for (String word : line.split(" ", -1)) {
        if (word.startsWith("kernelpagesize_kB=")) {
          page = number(word.substring(word.indexOf('=') + 1));
        } else if (word.startsWith("N") && word.indexOf('=') > 1) {
          counts.add(word);
        }
      }
      for (String word : counts) {
        int equals = word.indexOf('=');
        long size = Math.max(0, page) * Math.max(0, number(word.substring(equals + 1)));
        kibibytes.merge((int) number(word.substring(1, equals)), size, Long::sum);
      }
    }
    long all = kibibytes.values().stream().mapToLong(Long::longValue).sum();
    return kibibytes.entrySet().stream()
        .filter(one -> one.getKey() >= 0 && one.getValue() > all / 2)
        .max(Comparator.comparingLong(Map.Entry::getValue))
        .map(one -> OptionalInt.of(one.getKey()))
        .orElseGet(OptionalInt::empty);
  }

  /** The processors of each node that has any. */
  private Map<Integer, Set<Integer>> processors() {
    Map<Integer, Set<Integer>> nodes = new TreeMap<>();
    for (String name : kernel.list(NODES).or(List.of())) {
      if (name.startsWith("node") && number(name.substring(4)) >= 0) {
        nodes.put(
            (int) number(name.substring(4)),
            set(kernel.read(NODES + "/" + name + "/cpulist").or("")));
      }
    }
    return nodes;
  }

  private String line(String path, String name) {
    for (String line : kernel.read(path).or("").split("\n", -1)) {
      if (line.startsWith(name + ":")) {
        return line.substring(name.length() + 1);
      }
    }
    return "";
  }

  /** A list of the kernel's: {@code 0-3,8}. */
  public static Set<Integer> set(String list) {
    Set<Integer> numbers = new TreeSet<>();
    for (String part : list.strip().split(",", -1)) {
      int dash = part.indexOf('-');
      long first = number(dash < 0 ? part : part.substring(0, dash));
      long last = dash < 0 ? first : number(part.substring(dash + 1));
      for (long one = first; one >= 0 && one <= last && last < 1 << 20; one++) {
        numbers.add((int) one);
      }
    }
    return numbers;
  }

  /** A whole number; -1 for anything else. */
  private static long number(String text) {
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : -1;
  }
}
