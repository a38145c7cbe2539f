package dev.lend.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What the image is made from: the package list and the scripts that this program carries.
 *
 * <p>It has two parts, because unpacking packages takes a minute and the rest two seconds: editing
 * a script must not cost the minute.
 */
final class Recipe {
  /** Raised when the layout of the built folders changes. */
  private static final String FORMAT = "1";

  private static final List<String> BASE = List.of("packages.txt", "build-base.sh");
  private static final List<String> BOOT =
      List.of(
          "build-boot.sh",
          "host/initramfs-init",
          "host/inittab",
          "host/lab-init",
          "host/lab-part",
          "host/lab-libvirt",
          "host/lab-ssh.conf",
          "host/lab-udev.conf",
          "host/lend-lab-folders.service",
          "host/lend-lab.service",
          "host/guest",
          "host/guest-qmp",
          "host/lend",
          "host/sshd_config",
          "guest/init",
          "guest/answer",
          "guest/mdev.conf");

  private Recipe() {}

  /** Names the packages' part: 16 hex digits that change with anything it is made from. */
  static String baseId() {
    return hash(BASE, FORMAT);
  }

  /** Names the boot files' part; they hold kernel modules, so they change with the packages too. */
  static String bootId() {
    return hash(BOOT, baseId());
  }

  /** The packages, as mmdebstrap takes them. */
  static String packages() {
    return String.join(
        ",",
        text("packages.txt")
            .lines()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList());
  }

  /** Writes all scripts into a folder. */
  static void unpack(Path folder) throws IOException {
    for (List<String> part : List.of(BASE, BOOT)) {
      for (String name : part) {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        Files.writeString(target, text(name));
      }
    }
  }

  private static String hash(List<String> names, String seed) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(seed.getBytes(StandardCharsets.UTF_8));
      for (String name : names) {
        digest.update(("\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
        digest.update(text(name).getBytes(StandardCharsets.UTF_8));
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** One of the scripts that this program carries. */
  static String text(String name) {
    try (InputStream stream = Recipe.class.getResourceAsStream(name)) {
      if (stream == null) {
        throw new IllegalStateException("this program was packed without " + name);
      }
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
