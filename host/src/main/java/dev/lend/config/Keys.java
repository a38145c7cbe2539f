package dev.lend.config;

import java.util.ArrayList;
import java.util.List;

/** The keys of a file; docs/vf-file.md says what each means. */
final class Keys {
  static final String VERSION = "version";
  static final String PFS = "pfs";

  static final String DEVICE = "device";
  static final String MATCH = "match";
  static final String COUNT = "count";
  static final String FOR = "for";
  static final String VF = "vf";
  static final String EACH = "each";
  static final String BRIDGE_FDB = "bridge-fdb";
  static final String LABELS = "labels";

  static final String SERIAL = "serial";
  static final String VPD_SERIAL = "vpd-serial";
  static final String MAC = "mac";
  static final String SLOT = "slot";
  static final String ID = "id";
  static final String SUBSYSTEM = "subsystem";

  static final String VLAN = "vlan";
  static final String QOS = "qos";
  static final String PROTOCOL = "protocol";
  static final String TRUST = "trust";
  static final String SPOOFCHK = "spoofchk";
  static final String MIN_RATE = "min-rate";
  static final String MAX_RATE = "max-rate";
  static final String LINK = "link";
  static final String QUERY_RSS = "query-rss";
  static final String NODE_GUID = "node-guid";
  static final String PORT_GUID = "port-guid";
  static final String QUEUES = "queues";
  static final String INTERRUPTS = "interrupts";

  /** On the first level. */
  static final List<String> OF_FILE = List.of(VERSION, PFS);

  /** Of one PF. */
  static final List<String> OF_PF =
      List.of(DEVICE, MATCH, COUNT, FOR, VF, EACH, LABELS, BRIDGE_FDB);

  /** Below {@link #MATCH}. */
  static final List<String> OF_MATCH = List.of(SERIAL, VPD_SERIAL, MAC, SLOT, ID, SUBSYSTEM);

  /** Below {@link #VF}. */
  static final List<String> OF_VF =
      List.of(
          MAC,
          VLAN,
          QOS,
          PROTOCOL,
          TRUST,
          SPOOFCHK,
          MIN_RATE,
          MAX_RATE,
          LINK,
          QUERY_RSS,
          NODE_GUID,
          PORT_GUID,
          QUEUES,
          INTERRUPTS);

  /** Below a number below {@link #EACH}. */
  static final List<String> OF_ONE_VF = ofOneVf();

  private Keys() {}

  private static List<String> ofOneVf() {
    List<String> keys = new ArrayList<>(OF_VF);
    keys.addAll(0, List.of(FOR, LABELS));
    return List.copyOf(keys);
  }
}
