package dev.lend.config;

import dev.lend.model.DeclaredPf;
import dev.lend.model.Hex;
import dev.lend.model.PciAddress;
import dev.lend.model.PfIdentity;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A file that Lend writes for one PF. */
public final class DeclarationFile {
  private static final Set<PosixFilePermission> OF_FILE =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> OF_FOLDER =
      PosixFilePermissions.fromString("rwxr-xr-x");

  /** Well below what a file system takes (kernel: {@code NAME_MAX}, 255). */
  private static final int LONGEST_NAME = 200;

  private DeclarationFile() {}

  /**
   * The name of a PF's file: the same each time for the same PF, and another one for another PF,
   * wherever the card is. Ports of one card share its serial numbers, so with these goes which port
   * it is.
   */
  public static String nameOf(DeclaredPf pf) {
    PfIdentity identity = pf.identity();
    String name =
        identity
            .mac()
            .map(mac -> "mac-" + mac.replace(':', '-'))
            .or(() -> identity.serial().map(serial -> "serial-" + serial + port(pf)))
            .or(() -> identity.vpdSerial().map(serial -> "vpd-" + serial + port(pf)))
            .orElseGet(() -> place(pf));
    String safe = safe(name);
    if (safe.length() > LONGEST_NAME) {
      CRC32C sum = new CRC32C();
      sum.update(name.getBytes(StandardCharsets.UTF_8));
      safe = safe.substring(0, LONGEST_NAME) + "-" + Hex.digits((int) sum.getValue(), 8);
    }
    return safe + DeclarationReader.ENDING;
  }

  /** A function keeps its number in whichever slot its card is. */
  private static String port(DeclaredPf pf) {
    return pf.device()
        .map(device ->
            PciAddress.parse(device).map(address -> "-f" + address.function()).orElse("-" + device))
        .orElse("");
  }

  private static String place(DeclaredPf pf) {
    PfIdentity identity = pf.identity();
    return "pf"
        + pf.device().map(device -> "-" + PfWords.canonical(device).replace(':', '-')).orElse("")
        + identity.slot().map(slot -> "-slot-" + slot).orElse("")
        + identity.id().map(id -> "-" + id.toString().replace(':', '-')).orElse("")
        + identity.subsystem().map(id -> "-" + id.toString().replace(':', '-')).orElse("");
  }

  /** Letters, digits, dots and dashes stay; all else is written as its number. */
  private static String safe(String name) {
    StringBuilder safe = new StringBuilder();
    for (int c : name.codePoints().toArray()) {
      if (ordinary(c)) {
        safe.appendCodePoint(c);
      } else {
        safe.append('_').append(Hex.digits(c, 2)).append('_');
      }
    }
    return safe.toString();
  }

  private static boolean ordinary(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '.'
        || c == '-';
  }

  /**
   * Writes a file, so that after a power cut there is what was or what is, and nothing between. The
   * folder is made where there is none.
   *
   * @param name as {@link #nameOf} makes it
   * @return the file
   * @throws IOException it is as it was
   */
  public static Path save(Path folder, String name, String text) throws IOException {
    if (!name.endsWith(DeclarationReader.ENDING)
        || name.startsWith(".")
        || !name.codePoints().allMatch(c -> ordinary(c) || c == '_')) {
      throw new IllegalArgumentException("no name for a file of declarations: " + name);
    }
    make(folder);
    Path real = folder.toRealPath();
    // What stands where others may write is not read again: better to say so now.
    Optional<String> distrust = CarefulFiles.ofThisProcess().distrust(real);
    if (distrust.isPresent()) {
      throw new FileSystemException(folder.toString(), null, distrust.get());
    }
    Path fresh = real.resolve("." + name + ".new");
    Files.deleteIfExists(fresh);
    try {
      write(fresh, text);
      Files.move(
          fresh,
          real.resolve(name),
          StandardCopyOption.ATOMIC_MOVE,
          StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(fresh);
      throw e;
    }
    sync(real);
    return folder.resolve(name);
  }

  private static void make(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Files.createDirectories(folder);
    // Not left to the mask of whoever asks.
    Files.setPosixFilePermissions(folder, OF_FOLDER);
    @Nullable Path parent = folder.toRealPath().getParent();
    if (parent != null) {
      sync(parent);
    }
  }

  private static void write(Path fresh, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(fresh, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Files.setPosixFilePermissions(fresh, OF_FILE);
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
