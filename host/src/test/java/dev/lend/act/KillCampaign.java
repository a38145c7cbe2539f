package dev.lend.act;

import dev.lend.gen.Gen;
import dev.lend.model.Guest;
import dev.lend.model.PciAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Kills the real program at each line of its journal, on the real kernel and with a real guest, and
 * recovers: only for the lab's host, where {@code KillLabIT} has set up what it needs. Prints a
 * line for each point, then the counts, and ends with 1 where something did not hold.
 */
public final class KillCampaign {
  private static final Guest GUEST = new Guest.Qemu("/run/guest/it/qmp.sock");

  private KillCampaign() {}

  /** Takes how many points, at most how many seconds, a seed, and how many at a time: 1 or 2. */
  public static void main(String[] args) throws Exception {
    int points = Integer.parseInt(args[0]);
    long start = System.nanoTime();
    long end = start + Long.parseLong(args[1]) * 1_000_000_000;
    SplittableRandom seeds = new SplittableRandom(Long.parseLong(args[2]));
    List<List<Errand>> shifts = shifts(Integer.parseInt(args[3]));
    AtomicInteger left = new AtomicInteger(points);
    Tally tally = new Tally();
    List<Future<?>> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(shifts.size())) {
      for (int i = 0; i < shifts.size(); i++) {
        RealHost host = new RealHost(Path.of("/run/campaign/" + i));
        RealSoundness soundness =
            new RealSoundness(host, devices(shifts.get(i)), devices(shifts.get(1 - i)), GUEST);
        Killings killings =
            new Killings(host, soundness, shifts.get(i), new Gen(seeds.nextLong()), tally);
        all.add(threads.submit(() -> killings.run(left, end)));
      }
    }
    boolean sound = true;
    for (Future<?> one : all) {
      sound &= one.state() == Future.State.SUCCESS;
      if (one.state() == Future.State.FAILED) {
        one.exceptionNow().printStackTrace(System.out);
      }
    }
    tally.lines().forEach(System.out::println);
    System.out.println("run|seed|" + args[2]);
    System.out.println("run|points|" + tally.all());
    System.out.println("run|seconds|" + (System.nanoTime() - start) / 1_000_000_000);
    System.out.println("run|java|" + Runtime.version());
    System.out.println(
        tally.all() + " points, seed " + args[2] + (sound ? ", all is well" : ", FAILED"));
    System.out.flush();
    Runtime.getRuntime().halt(sound ? 0 : 1);
  }

  /** Who does what at the same time as the others. */
  private static List<List<Errand>> shifts(int workers) {
    List<Errand> first = new ArrayList<>(Errand.all("01:10.0", "a VF", List.of(), GUEST));
    List<Errand> second = new ArrayList<>(Errand.aside("02:00.0", "a card in use", List.of()));
    second.addAll(Errand.aside("04:01.0", "a shared group", List.of("04:02.0")));
    if (workers == 2) {
      return List.of(first, second);
    }
    first.addAll(second);
    return List.of(first, List.of());
  }

  private static TreeSet<PciAddress> devices(List<Errand> errands) {
    TreeSet<PciAddress> devices = new TreeSet<>();
    errands.forEach(errand -> devices.addAll(errand.devices()));
    return devices;
  }
}
