package dev.lend.linux;

import dev.lend.model.NvmePool;
import dev.lend.model.NvmeShare;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What NVMe controllers tell of themselves (NVM Express Base Specification 2.0, section 5.17,
 * Identify). All is little-endian.
 */
final class NvmeCodec {
  /** Every answer to Identify is as long. */
  static final int PAGE = 4096;

  /** Identify Controller. */
  static final int CONTROLLER = 0x01;

  /** Primary Controller Capabilities. */
  static final int CAPABILITIES = 0x14;

  /** Secondary Controller List. */
  static final int SECONDARIES = 0x15;

  private static final int OACS = 256;
  private static final int VIRTUALIZATION = 1 << 7;
  private static final int QUEUES = 32;
  private static final int INTERRUPTS = 64;
  private static final int ENTRY = 32;

  /** A list longer than this goes on in another answer. */
  private static final int MOST_ENTRIES = 127;

  private NvmeCodec() {}

  private static ByteBuffer buffer(byte[] page) {
    if (page.length != PAGE) {
      throw new IllegalArgumentException("no answer to Identify: " + page.length + " bytes");
    }
    return ByteBuffer.wrap(page).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int u16(ByteBuffer buffer, int at) {
    return Short.toUnsignedInt(buffer.getShort(at));
  }

  /** Whether a controller takes commands of virtualization management, by what it is. */
  static boolean virtualizes(byte[] controller) {
    return (u16(buffer(controller), OACS) & VIRTUALIZATION) != 0;
  }

  /** What a controller has to hand out, by its capabilities. */
  static Nvme.Primary primary(byte[] capabilities) {
    ByteBuffer buffer = buffer(capabilities);
    return new Nvme.Primary(
        u16(buffer, 0), new NvmePool(resources(buffer, QUEUES), resources(buffer, INTERRUPTS)));
  }

  private static NvmePool.Resources resources(ByteBuffer buffer, int at) {
    return new NvmePool.Resources(
        Math.max(0, buffer.getInt(at)),
        u16(buffer, at + 8),
        u16(buffer, at + 12),
        Math.max(1, u16(buffer, at + 14)));
  }

  /**
   * Reads a part of the list.
   *
   * @param list where what it says goes, by the number of the VF
   * @return where the next part begins; 0 where there is none
   */
  static int secondaries(byte[] page, SortedMap<Integer, Nvme.Secondary> list) {
    ByteBuffer buffer = buffer(page);
    int entries = Math.min(Byte.toUnsignedInt(buffer.get(0)), MOST_ENTRIES);
    int next = 0;
    for (int i = 0; i < entries; i++) {
      int at = ENTRY + i * ENTRY;
      int controller = u16(buffer, at);
      // VFs are numbered from 1 here, and from 0 in sysfs; 0 is no VF.
      int vf = u16(buffer, at + 8);
      if (vf > 0) {
        NvmeShare share =
            new NvmeShare(
                u16(buffer, at + 10), u16(buffer, at + 12), (buffer.get(at + 4) & 1) != 0);
        list.put(vf - 1, new Nvme.Secondary(controller, share));
      }
      next = controller + 1;
    }
    return entries < MOST_ENTRIES || next > 0xffff ? 0 : next;
  }

  /** Dword 10 of a command of virtualization management. */
  static int word10(NvmeChange change) {
    return change.action().code() | change.resource().code() << 8 | change.controller() << 16;
  }

  static SortedMap<Integer, Nvme.Secondary> none() {
    return new TreeMap<>();
  }
}
