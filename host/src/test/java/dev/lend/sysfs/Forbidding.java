package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.List;

/** A host that does not let one file be read, as for somebody who is not root. */
record Forbidding(KernelReader kernel, String forbidden) implements KernelReader {
  @Override
  public Fact<String> read(String path) {
    return path.equals(forbidden)
        ? new Fact.Unreadable<>(path, "Permission denied")
        : kernel.read(path);
  }

  @Override
  public Fact<byte[]> bytes(String path) {
    return path.equals(forbidden)
        ? new Fact.Unreadable<>(path, "Permission denied")
        : kernel.bytes(path);
  }

  @Override
  public Fact<List<String>> list(String path) {
    return kernel.list(path);
  }

  @Override
  public Fact<String> link(String path) {
    return kernel.link(path);
  }

  @Override
  public Fact<String> resolve(String path) {
    return kernel.resolve(path);
  }

  @Override
  public boolean exists(String path) {
    return kernel.exists(path);
  }
}
