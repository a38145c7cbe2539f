package dev.lend.linux;

import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import java.util.SortedMap;

/**
 * The port to NVMe controllers that can have VFs: what only they themselves tell and take, by
 * commands to their administration queue. Controllers are named as the kernel names them: {@code
 * nvme0}.
 */
public interface Nvme {
  /**
   * The secondary controller behind a VF.
   *
   * @param controller its identifier
   */
  record Secondary(int controller, NvmeShare share) {}

  /** What a controller is, and what it has to hand out. */
  record Primary(int controller, NvmePool pool) {}

  /**
   * What a controller has to hand out.
   *
   * @throws NvmeRefusal it says nothing of it; {@link NvmeRefusal#unsupported} where it has nothing
   */
  Primary primary(String name) throws NvmeRefusal;

  /** Its secondary controllers by the number of their VF, those without a VF left out. */
  SortedMap<Integer, Secondary> secondaries(String name) throws NvmeRefusal;

  /** Has a controller change something about itself or a secondary one. */
  void change(String name, NvmeChange change) throws NvmeRefusal;
}
