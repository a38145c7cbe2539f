package dev.lend.explain;

/** What an error is about. */
public enum Topic {
  HOST("The host's firmware, IOMMU and kernel"),
  SHARING("Devices that belong together, or to somebody else"),
  DRIVERS("Drivers that keep a device or do not take it"),
  VFS("Making virtual functions"),
  VF_SETTINGS("Settings and traffic of virtual functions"),
  MEMORY("Memory and address space"),
  RESET("Reset and sleep"),
  PLUGGING("Plugging into a running guest"),
  UNPLUGGING("Unplugging and migration");

  private final String title;

  Topic(String title) {
    this.title = title;
  }

  /** As a heading. */
  public String title() {
    return title;
  }
}
