package dev.lend.model;

/**
 * What an NVMe VF has of its controller's flexible resources (NVM Express Base Specification 2.0,
 * section 8.26): a secondary controller without two queue pairs and an interrupt is no disk.
 *
 * @param queues queue pairs, the one for administration among them
 * @param interrupts interrupt vectors
 * @param online whether the secondary controller answers; its share can change only while it does
 *     not
 */
public record NvmeShare(int queues, int interrupts, boolean online) {
  /** One for administration, one for data. */
  public static final int FEWEST_QUEUES = 2;

  /** Has nothing, and does not answer. */
  public static NvmeShare none() {
    return new NvmeShare(0, 0, false);
  }
}
