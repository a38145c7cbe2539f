package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Gen;
import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.PciClass;
import dev.lend.model.PciFunction;
import dev.lend.model.PciId;
import dev.lend.model.SriovRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PciNamesTest {
  /** Few enough numbers that a list often has the one that is looked for. */
  private static final int MOST = 9;

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Instant BEFORE = NOW.minusSeconds(1);

  private static final PciFunction FUNCTION =
      new PciFunction(
          new PciAddress(0, 1, 0, 0),
          new PciClass(0x020000),
          new PciId(0x8086, 0x10c9),
          new PciId(0x8086, 0xa03c),
          Optional.empty(),
          Fact.absent(),
          Fact.absent(),
          SriovRole.ordinary());

  @TempDir Path folder;

  private PagedFile file(String text) throws IOException {
    Path file = folder.resolve("pci.ids");
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(NOW));
    return PagedFile.open(file.toString(), 1 << 20);
  }

  private PciNames of(String list) throws IOException {
    try (PagedFile file = file(list)) {
      return PciNames.of(file, List.of(FUNCTION));
    }
  }

  @Test
  void findsVendorDeviceBoardAndClass() throws IOException {
    PciNames names =
        of(
            """
            8085  Other
            \t10c9  wrong
            8086  Intel Corporation
            # a comment
            \t10c8  wrong
            \t\t8086 a03c  wrong
            \t10c9  82576
            \t\t8086 a03b  wrong
            \t\t8086 a03c  Gigabit ET
            C 02  Network controller
            \t00  Ethernet controller
            \t\t00  wrong
            """);
    assertThat(names.vendor(FUNCTION.id())).contains("Intel Corporation");
    assertThat(names.device(FUNCTION.id())).contains("82576");
    assertThat(names.board(FUNCTION)).contains("Gigabit ET");
    assertThat(names.pciClass(FUNCTION.pciClass())).contains("Ethernet controller");
  }

  /** A list in order with comments and empty lines; each name is the path of its numbers. */
  @Test
  void findsEachNameOfAListAndNoOther() {
    Gen.check(PciNamesTest.class, "names", 300, this::findsEachNameOf);
  }

  private void findsEachNameOf(Gen gen) throws IOException {
    StringBuilder text = new StringBuilder();
    Set<String> there = new HashSet<>();
    for (int vendor : ordered(gen)) {
      line(gen, text, there, "", hex(vendor), hex(vendor));
      for (int device : ordered(gen)) {
        String pair = hex(vendor) + "." + hex(device);
        line(gen, text, there, "\t", hex(device), pair);
        for (int board : ordered(gen)) {
          line(gen, text, there, "\t\t", "8086 " + hex(board), pair + "." + hex(board));
        }
      }
    }
    index(gen, text.toString());
    try (PagedFile plain = file(text.toString());
        PagedFile index = PagedFile.open(folder.resolve("pci.idx").toString(), 1 << 20)) {
      findsEachNameIn(new PciIds(plain), there);
      findsEachNameIn(new PciIds(plain, Optional.of(new PciIndex(index))), there);
    }
  }

  /** The index of this list, of a list that was here before, or of none. */
  private void index(Gen gen, String text) throws IOException {
    Path list = Files.createDirectories(folder.resolve("usr")).resolve("list");
    String indexed =
        gen.chance(50)
            ? text
            : text.replaceAll("(?m)^000([34])", gen.oneOf("#00$1", "0 000$1", ""));
    Files.writeString(list, indexed);
    Path index = folder.resolve("pci.idx");
    Files.setLastModifiedTime(list, FileTime.from(indexed.equals(text) ? NOW : BEFORE));
    PciIndex.write(new FileKernel(folder), "usr/list", index);
    byte[] bytes = Files.readAllBytes(index);
    if (gen.chance(30)) {
      Files.write(index, Arrays.copyOf(bytes, gen.between(0, bytes.length)));
    }
  }

  private static void findsEachNameIn(PciIds list, Set<String> there) {
    for (int vendor = 0; vendor < MOST; vendor++) {
      PciIds.Entry above = list.vendor(vendor);
      assertThat(list.name(above)).isEqualTo(in(there, hex(vendor)));
      for (int number = 0; number < MOST; number++) {
        PciIds.Entry device = list.device(above, number);
        String path = hex(vendor) + "." + hex(number);
        assertThat(list.name(device)).isEqualTo(in(there, path));
        for (int board = 0; board < MOST; board++) {
          assertThat(list.name(list.board(device, 0x8086_0000L | board)))
              .isEqualTo(in(there, path + "." + hex(board)));
        }
      }
    }
  }

  private static TreeSet<Integer> ordered(Gen gen) {
    return new TreeSet<>(gen.list(6, any -> any.between(0, MOST - 1)));
  }

  private static void line(
      Gen gen, StringBuilder text, Set<String> there, String tabs, String number, String name) {
    if (gen.chance(20)) {
      text.append(gen.oneOf("# 0003 a comment\n", "\n", "#\n"));
    }
    text.append(tabs).append(number).append("  ").append(name).append(gen.oneOf("\n", " \r\n"));
    there.add(name);
  }

  private static String in(Set<String> there, String name) {
    return there.contains(name) ? name : "";
  }

  private static String hex(int number) {
    return HexFormat.of().toHexDigits((short) number);
  }

  @Test
  void namesTheBaseClassWhereTheSubClassHasNoName() throws IOException {
    assertThat(of("C 02  Network controller\n").pciClass(FUNCTION.pciClass()))
        .contains("Network controller");
  }

  @Test
  void givesNoNamesForAnEmptyOrGarbledList() throws IOException {
    for (String list :
        List.of("", "\n\n", "\t\t\t", "8086", "8086\n\t10c9", "C ", "\u0000\uffff")) {
      assertThat(of(list).device(FUNCTION.id())).isEmpty();
      assertThat(of(list).pciClass(FUNCTION.pciClass())).isEmpty();
    }
  }
}
