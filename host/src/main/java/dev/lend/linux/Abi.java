package dev.lend.linux;

/**
 * Numbers and layouts that Linux keeps for ever: the names are the kernel's. Sources: {@code
 * include/uapi/linux/netlink.h}, {@code rtnetlink.h}, {@code pkt_sched.h}, {@code if_link.h},
 * {@code if_addr.h}, {@code if.h}, {@code nvme_ioctl.h}, {@code asm-generic/socket.h}. All values
 * are in the host's byte order unless said otherwise.
 */
final class Abi {
  static final int AF_UNSPEC = 0;
  static final int AF_UNIX = 1;
  static final int AF_INET = 2;
  static final int AF_BRIDGE = 7;
  static final int AF_INET6 = 10;
  static final int AF_NETLINK = 16;
  static final int SOCK_STREAM = 1;
  static final int SOCK_RAW = 3;
  static final int SOCK_NONBLOCK = 0x800;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int NETLINK_ROUTE = 0;
  static final int SOL_SOCKET = 1;
  static final int SO_PEERCRED = 17;
  static final int SO_RCVTIMEO = 20;
  static final int SOL_NETLINK = 270;
  static final int NETLINK_CAP_ACK = 10;
  static final int NETLINK_EXT_ACK = 11;
  static final int NETLINK_GET_STRICT_CHK = 12;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_CLOEXEC = 0x80000;
  static final int SIGKILL = 9;

  /** Of {@code asm-generic/resource.h}; two architectures without KVM for PCI devices differ. */
  static final int RLIMIT_MEMLOCK = 8;

  /** struct rlimit64: u64 cur, u64 max; all ones where there is no limit (getrlimit(2)). */
  static final int RLIMIT = 16;

  static final long RLIM_INFINITY = -1;

  /** struct sockaddr_nl: u16 family, u16 pad, u32 pid, u32 groups. */
  static final int SOCKADDR_NL = 12;

  /** struct sockaddr_un: u16 family, char path[108] (unix(7)). */
  static final int SOCKADDR_UN = 110;

  /** struct ucred: i32 pid, u32 uid, u32 gid (unix(7)). */
  static final int UCRED = 12;

  /** struct nlmsghdr: u32 len, u16 type, u16 flags, u32 seq, u32 pid. */
  static final int NLMSGHDR = 16;

  /** struct nlattr: u16 len, u16 type. Both kinds of struct are aligned to 4 bytes. */
  static final int NLATTR = 4;

  static final int NLA_F_NESTED = 0x8000;
  static final int NLA_TYPE_MASK = 0x3fff;

  static final int NLM_F_REQUEST = 0x01;
  static final int NLM_F_MULTI = 0x02;
  static final int NLM_F_ACK = 0x04;
  static final int NLM_F_DUMP_INTR = 0x10;
  static final int NLM_F_DUMP = 0x300;
  static final int NLM_F_EXCL = 0x200;
  static final int NLM_F_CREATE = 0x400;

  /** On an answer of type NLMSG_ERROR: the request is not repeated in it; attributes follow. */
  static final int NLM_F_CAPPED = 0x100;

  static final int NLM_F_ACK_TLVS = 0x200;

  static final int NLMSG_NOOP = 1;
  static final int NLMSG_ERROR = 2;
  static final int NLMSG_DONE = 3;
  static final int NLMSGERR_ATTR_MSG = 1;

  static final int RTM_NEWLINK = 16;
  static final int RTM_GETLINK = 18;
  static final int RTM_SETLINK = 19;
  static final int RTM_NEWADDR = 20;
  static final int RTM_GETADDR = 22;
  static final int RTM_NEWROUTE = 24;
  static final int RTM_GETROUTE = 26;
  static final int RTM_NEWNEIGH = 28;
  static final int RTM_DELNEIGH = 29;
  static final int RTM_GETNEIGH = 30;
  static final int RTM_NEWQDISC = 36;
  static final int RTM_GETQDISC = 38;
  static final int RTM_NEWTFILTER = 44;
  static final int RTM_GETTFILTER = 46;
  static final int RTM_NEWNSID = 88;
  static final int RTM_GETNSID = 90;
  static final int RTM_NEWLINKPROP = 108;

  /** struct rtgenmsg: u8 family; padded to 4. */
  static final int RTGENMSG = 4;

  static final int NETNSA_NSID = 1;
  static final int NETNSA_PID = 2;

  /** struct ifinfomsg: u8 family, u8 pad, u16 type, i32 index, u32 flags, u32 change. */
  static final int IFINFOMSG = 16;

  /** struct ifaddrmsg: u8 family, u8 prefixlen, u8 flags, u8 scope, u32 index. */
  static final int IFADDRMSG = 8;

  /**
   * struct rtmsg: u8 family, u8 dst_len, u8 src_len, u8 tos, u8 table, u8 protocol, u8 scope, u8
   * type, u32 flags.
   */
  static final int RTMSG = 12;

  /** struct tcmsg: u8 family, 3 bytes of padding, i32 ifindex, u32 handle, u32 parent, u32 info. */
  static final int TCMSG = 20;

  static final long IFF_UP = 1;

  static final int IFLA_ADDRESS = 1;
  static final int IFLA_IFNAME = 3;
  static final int IFLA_MTU = 4;
  static final int IFLA_LINK = 5;
  static final int IFLA_MASTER = 10;
  static final int IFLA_LINKINFO = 18;
  static final int IFLA_NUM_VF = 21;
  static final int IFLA_VFINFO_LIST = 22;
  static final int IFLA_EXT_MASK = 29;
  static final int IFLA_LINK_NETNSID = 37;
  static final int IFLA_XDP = 43;
  static final int IFLA_TARGET_NETNSID = 46;
  static final int IFLA_PROP_LIST = 52;
  static final int IFLA_ALT_IFNAME = 53;
  static final int IFLA_PERM_ADDRESS = 54;

  /** The four that name a program, from PROG_ID (4) on: of the only mode, or of each of several. */
  static final int IFLA_XDP_PROG_ID = 4;

  static final int IFLA_XDP_HW_PROG_ID = 7;

  static final int IFLA_INFO_KIND = 1;
  static final int IFLA_INFO_DATA = 2;
  static final int IFLA_INFO_SLAVE_KIND = 4;

  static final int IFLA_VLAN_ID = 1;

  /** struct ifla_vlan_flags: u32 flags, u32 mask. */
  static final int IFLA_VLAN_FLAGS = 2;

  /** Nests of IFLA_VLAN_QOS_MAPPING: struct ifla_vlan_qos_mapping: u32 from, u32 to. */
  static final int IFLA_VLAN_EGRESS_QOS = 3;

  static final int IFLA_VLAN_INGRESS_QOS = 4;

  /** be16. */
  static final int IFLA_VLAN_PROTOCOL = 5;

  static final int IFLA_VLAN_QOS_MAPPING = 1;
  static final int IFLA_MACVLAN_MODE = 1;
  static final int IFLA_MACVLAN_FLAGS = 2;
  static final int IFLA_IPVLAN_MODE = 1;
  static final int IFLA_IPVLAN_FLAGS = 2;
  static final int IFLA_VRF_TABLE = 1;

  static final int RTEXT_FILTER_VF = 1;
  static final int RTEXT_FILTER_SKIP_STATS = 8;

  static final int IFLA_VF_INFO = 1;

  /** struct ifla_vf_mac: u32 vf, u8 mac[32]. */
  static final int IFLA_VF_MAC = 1;

  /** struct ifla_vf_vlan: u32 vf, u32 vlan, u32 qos. */
  static final int IFLA_VF_VLAN = 2;

  /** struct ifla_vf_spoofchk and the like: u32 vf, u32 setting; 0xffffffff where not known. */
  static final int IFLA_VF_SPOOFCHK = 4;

  static final int IFLA_VF_LINK_STATE = 5;

  /** struct ifla_vf_rate: u32 vf, u32 min_tx_rate, u32 max_tx_rate. */
  static final int IFLA_VF_RATE = 6;

  static final int IFLA_VF_RSS_QUERY_EN = 7;
  static final int IFLA_VF_TRUST = 9;

  /** struct ifla_vf_guid: u32 vf, 4 bytes of padding, u64 guid. */
  static final int IFLA_VF_IB_NODE_GUID = 10;

  static final int IFLA_VF_IB_PORT_GUID = 11;

  /**
   * A nest of IFLA_VF_VLAN_INFO: struct ifla_vf_vlan_info: u32 vf, u32 vlan, u32 qos, be16 proto.
   */
  static final int IFLA_VF_VLAN_LIST = 12;

  static final int IFLA_VF_VLAN_INFO = 1;
  static final int VF_MAC_BYTES = 32;
  static final int MAC_BYTES = 6;

  static final int IFA_ADDRESS = 1;
  static final int IFA_LOCAL = 2;
  static final int IFA_LABEL = 3;
  static final int IFA_BROADCAST = 4;

  /** struct ifa_cacheinfo: u32 preferred, u32 valid, u32 cstamp, u32 tstamp. */
  static final int IFA_CACHEINFO = 6;

  static final int IFA_FLAGS = 8;
  static final int IFA_PROTO = 11;

  /** Those flags of an address that a person may set: the others are the kernel's to say. */
  static final long IFA_F_SETTABLE = 0x02 | 0x10 | 0x100 | 0x200 | 0x400;

  static final int RTA_DST = 1;
  static final int RTA_SRC = 2;
  static final int RTA_OIF = 4;
  static final int RTA_GATEWAY = 5;
  static final int RTA_PRIORITY = 6;
  static final int RTA_PREFSRC = 7;
  static final int RTA_METRICS = 8;
  static final int RTA_MULTIPATH = 9;
  static final int RTA_CACHEINFO = 12;
  static final int RTA_TABLE = 15;

  /** struct rtvia: u16 family, then the address. */
  static final int RTA_VIA = 18;

  static final int RTA_PREF = 20;
  static final int RTA_EXPIRES = 23;
  static final int RTA_PAD = 24;

  static final int RTAX_CC_ALGO = 16;

  static final int RTN_UNICAST = 1;
  static final int RT_TABLE_LOCAL = 255;
  static final int RTNH_F_ONLINK = 4;
  static final int RTM_F_CLONED = 0x200;

  /** struct rtnexthop: u16 len, u8 flags, u8 hops, i32 ifindex. */
  static final int RTNEXTHOP = 8;

  /** struct ndmsg: u8 family, 3 bytes of padding, i32 ifindex, u16 state, u8 flags, u8 type. */
  static final int NDMSG = 12;

  static final int NUD_PERMANENT = 0x80;
  static final int NTF_SELF = 0x02;
  static final int NDA_LLADDR = 2;
  static final int NDA_MASTER = 9;

  static final int TCA_KIND = 1;
  static final int TCA_OPTIONS = 2;
  static final int TCA_BPF_NAME = 7;
  static final int TC_H_ROOT = 0xffff_ffff;

  /** Where filters hang at a link with clsact (TC_H_CLSACT and TC_H_MIN_INGRESS, _EGRESS). */
  static final int TC_INGRESS = 0xffff_fff2;

  static final int TC_EGRESS = 0xffff_fff3;

  /** _IOWR('N', 0x41, struct nvme_admin_cmd). */
  static final long NVME_IOCTL_ADMIN_CMD = 0xc0484e41L;

  /**
   * struct nvme_passthru_cmd: u8 opcode, u8 flags, u16 reserved, u32 nsid, u32 cdw2, u32 cdw3, u64
   * metadata, u64 addr, u32 metadata_len, u32 data_len, u32 cdw10 to cdw15, u32 timeout_ms, u32
   * result.
   */
  static final int NVME_PASSTHRU_CMD = 72;

  static final int NVME_ADDR = 24;
  static final int NVME_DATA_LEN = 36;
  static final int NVME_CDW10 = 40;
  static final int NVME_TIMEOUT_MS = 64;

  private Abi() {}

  /** The next multiple of 4. */
  static int aligned(int length) {
    return length + 3 & ~3;
  }
}
