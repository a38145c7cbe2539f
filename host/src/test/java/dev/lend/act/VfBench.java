package dev.lend.act;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.journal.Journal;
import dev.lend.journal.MemoryJournalLog;
import dev.lend.linux.Net;
import dev.lend.model.PciAddress;
import dev.lend.model.PfWish;
import dev.lend.model.VfSettings;
import dev.lend.model.VfUse;
import dev.lend.model.VfWish;
import dev.lend.plan.Request;
import dev.lend.sysfs.SimulatedKernel;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * How many messages and writes it takes to make and set up many VFs, and how long Lend itself takes
 * where the kernel takes no time. Not among the tests: {@code bench/vf} asks for it by name.
 */
class VfBench {
  private static final PciAddress PF = PciAddress.parse("01:00.0").orElseThrow();
  private static final Path RESULT = Path.of("target/bench-vf.md");
  private static final int ROUNDS = 21;
  private static final int WARM_UP = 10;

  /** One go: what was asked of the kernel, and how long all of it took. */
  private record Go(Map<String, Integer> asked, int writes, long micros) {
    int asked(String question) {
      return asked.getOrDefault(question, 0);
    }
  }

  @Test
  void countsAndTimes() throws IOException {
    StringBuilder table = new StringBuilder();
    table
        .append("| VFs | messages that set | dumps | writes to sysfs | median ms | min-max |")
        .append(" programs that a shell loop starts |\n")
        .append("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n");
    for (int vfs : List.of(7, 63, 252)) {
      List<Long> times = new ArrayList<>();
      Go last = create(vfs);
      for (int round = 0; round < WARM_UP + ROUNDS; round++) {
        last = create(vfs);
        if (round >= WARM_UP) {
          times.add(last.micros());
        }
      }
      times.sort(null);
      table.append("| " + vfs + " | " + last.asked("change") + " | ");
      table.append(last.asked("links") + last.asked("vfs")).append(" | ").append(last.writes());
      table.append(" | " + milliseconds(times.get(ROUNDS / 2)) + " | ");
      table.append(milliseconds(times.getFirst()) + "-" + milliseconds(times.getLast()));
      table.append(" | " + vfs + " |\n");
    }
    Files.writeString(RESULT, table);
    assertThat(table).isNotEmpty();
  }

  private static String milliseconds(long micros) {
    return String.format(java.util.Locale.ROOT, "%.1f", micros / 1000.0);
  }

  private static Go create(int vfs) {
    SimulatedKernel kernel =
        SimulatedKernel.host()
            .rootPort("0000:00:10.0")
            .nic("0000:01:00.0", "igb")
            .under("0000:00:10.0")
            .net("enp1s0")
            .up()
            .pf(vfs, vfs, vfs)
            .build();
    Map<String, Integer> asked = new TreeMap<>();
    Net net =
        (Net)
            Proxy.newProxyInstance(
                Net.class.getClassLoader(),
                new Class<?>[] {Net.class},
                (proxy, method, arguments) -> {
                  asked.merge(method.getName(), 1, Integer::sum);
                  try {
                    return method.invoke(kernel, arguments);
                  } catch (InvocationTargetException refused) {
                    throw refused.getCause();
                  }
                });
    ReadHost host = new ReadHost(kernel, net, kernel, "");
    Patience none = (condition, limit) -> condition.getAsBoolean();
    QemuGuests guests = new QemuGuests(java.time.Duration.ZERO, kernel);
    Lender lender =
        new Lender(
            host,
            guests,
            new Hands(kernel, net, kernel, host, guests, none),
            Clock.systemUTC(),
            "bench");
    VfWish wish =
        VfWish.none()
            .withMac(new VfWish.Auto())
            .withVlan(new VfSettings.Vlan(100, 0, VfSettings.Vlan.Q));
    Request request =
        new Request.ShapeVfs(
            PF,
            new PfWish(Optional.of(vfs), VfUse.GUESTS, wish, new TreeMap<>()),
            new Request.Consent(false, false),
            "vf create");
    Request remove =
        new Request.ShapeVfs(
            PF,
            new PfWish(Optional.of(0), VfUse.GUESTS, VfWish.none(), new TreeMap<>()),
            new Request.Consent(false, false),
            "vf remove");
    Journal journal = Journal.read(new MemoryJournalLog());
    // The first time, Lend tries out what the driver can set, and remembers it.
    done(lender.carryOut(journal, request, new Progress() {}));
    done(lender.carryOut(journal, remove, new Progress() {}));
    asked.clear();
    int before = kernel.writes().size();
    long start = System.nanoTime();
    done(lender.carryOut(journal, request, new Progress() {}));
    long micros = (System.nanoTime() - start) / 1000;
    return new Go(asked, kernel.writes().size() - before, micros);
  }

  private static void done(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
  }
}
