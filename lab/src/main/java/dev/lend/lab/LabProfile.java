package dev.lend.lab;

/** Which machine the lab emulates. */
public enum LabProfile {
  /**
   * A host with one of each: an SR-IOV network card (igb), other NICs, NVMe, a host bus adapter,
   * USB and sound, behind Intel's IOMMU.
   */
  STANDARD,
  /**
   * Eight NVMe controllers with 127 VFs each, behind a virtio IOMMU: more than 1,000 functions.
   * Intel's IOMMU model takes minutes to start with that many.
   */
  SCALE
}
