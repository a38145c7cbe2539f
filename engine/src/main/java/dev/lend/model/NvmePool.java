package dev.lend.model;

/**
 * The flexible resources of an NVMe controller that can have VFs: it keeps some to itself, and
 * hands others to the secondary controllers behind its VFs (NVM Express Base Specification 2.0,
 * figure 286, Primary Controller Capabilities).
 *
 * @param queues queue pairs
 * @param interrupts interrupt vectors
 */
public record NvmePool(Resources queues, Resources interrupts) {
  /**
   * One kind of them.
   *
   * @param flexible how many there are (VQFRT, VIFRT); those that are always the controller's own
   *     are not in it
   * @param kept how many the controller keeps to itself (VQRFAP, VIRFAP)
   * @param most how many one VF can have (VQFRSM, VIFRSM)
   * @param grain what they are best handed out by (VQGRAN, VIGRAN); at least 1
   */
  public record Resources(int flexible, int kept, int most, int grain) {}

  /**
   * As many as a controller keeps of both.
   *
   * @param queues queue pairs
   * @param interrupts interrupt vectors
   */
  public record Kept(int queues, int interrupts) {}

  /** What the controller keeps now. */
  public Kept kept() {
    return new Kept(queues.kept(), interrupts.kept());
  }

  /** True where there is something to hand out. */
  public boolean shareable() {
    return queues.flexible() > 0 && interrupts.flexible() > 0;
  }
}
