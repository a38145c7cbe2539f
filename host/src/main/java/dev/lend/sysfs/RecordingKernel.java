package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Passes every question on and remembers which files were asked for, so they can be captured. */
public final class RecordingKernel implements KernelReader {
  /** What was asked of a path; a later member includes the earlier ones. */
  enum Use {
    LOOKED,
    LISTED,
    READ
  }

  private final KernelReader kernel;
  private final SortedMap<String, Use> asked = new TreeMap<>();

  /** Asks {@code kernel}. */
  public RecordingKernel(KernelReader kernel) {
    this.kernel = kernel;
  }

  KernelReader kernel() {
    return kernel;
  }

  SortedMap<String, Use> asked() {
    return asked;
  }

  @Override
  public Fact<String> read(String path) {
    note(path, Use.READ);
    return kernel.read(path);
  }

  @Override
  public Fact<byte[]> bytes(String path) {
    note(path, Use.READ);
    return kernel.bytes(path);
  }

  @Override
  public Fact<List<String>> list(String path) {
    note(path, Use.LISTED);
    return kernel.list(path);
  }

  @Override
  public Fact<String> link(String path) {
    note(path, Use.LOOKED);
    return kernel.link(path);
  }

  /** Not kept: an archive has no device files. */
  @Override
  public Fact<String> deviceNumber(String path) {
    return kernel.deviceNumber(path);
  }

  /** Not kept whole: {@link Capture} takes the lines about VFs. */
  @Override
  public Fact<List<String>> log() {
    return kernel.log();
  }

  @Override
  public Fact<String> resolve(String path) {
    note(path, Use.LOOKED);
    return kernel.resolve(path);
  }

  @Override
  public boolean exists(String path) {
    note(path, Use.LOOKED);
    return kernel.exists(path);
  }

  void note(String path, Use use) {
    Use before = asked.get(path);
    if (before == null || before.compareTo(use) < 0) {
      asked.put(path, use);
    }
  }
}
