package dev.lend.explain;

import static dev.lend.explain.Phrase.says;

import java.util.List;

/** Settings of virtual functions and their traffic. */
final class VfSettingErrors {
  static final List<KnownError> ALL =
      List.of(
          new KnownError(
              "vf-not-trusted",
              Topic.VF_SETTINGS,
              List.of(
                  says("VF is not trusted"),
                  says("is not trusted, switch the VF to trusted"),
                  says("not trusted, make VF trusted"),
                  says("requested MAC filter but is administratively denied"),
                  says("requested MACVLAN filter but is administratively denied"),
                  says("Unable to config VF promiscuous mode")),
              "i40e 0000:02:00.0: Cannot add more MAC addresses, VF is not trusted, switch "
                  + "the VF to trusted to add more functionality",
              "The guest wants more of its VF (more MAC addresses or VLANs, promiscuous "
                  + "mode) than an untrusted VF may have.",
              "ip link show PF-INTERFACE: the line of the VF says trust off.",
              "If you trust the guest with that (it can then see other traffic and change "
                  + "its address): ip link set PF-INTERFACE vf N trust on. Bridges, macvlan and "
                  + "containers in a guest need it.",
              "kernel: drivers/net/ethernet/intel/i40e/i40e_virtchnl_pf.c, "
                  + "i40e_check_vf_permission"),
          new KnownError(
              "vf-still-in-reset",
              Topic.VF_SETTINGS,
              List.of(says("still in reset"), says("PF still in reset state")),
              "i40e 0000:02:00.0: VF 3 still in reset. Try again.",
              "The VF was made or changed a moment ago, and its PF's driver is still "
                  + "resetting it.",
              "dmesg | tail: a line for each VF that was reset.",
              "Wait a second and set it again, up to ten times. If it stays so, bring the "
                  + "PF's interface up, or reload the driver in the guest.",
              "kernel: drivers/net/ethernet/intel/i40e/i40e_virtchnl_pf.c, "
                  + "i40e_check_vf_init_timeout"),
          new KnownError(
              "vf-setting-unsupported",
              Topic.VF_SETTINGS,
              List.of(
                  says("RTNETLINK answers: Operation not supported"),
                  says("set vf * operation not supported"),
                  says("netlink * operation not supported"),
                  says("NDO set VF * not supported"),
                  says("Trusted VF not supported"),
                  says("VF VLAN protocol * not supported"),
                  says("min-tx-rate for VF"),
                  says("VF min Tx rate limiting not allowed"),
                  says("Trusted VF is forbidden")),
              "SRIOV-CNI failed to configure VF \"failed to set vf 2 spoofchk flag to on: "
                  + "operation not supported\"",
              "The PF's driver cannot do this setting for its VFs; what was set before it "
                  + "stays set.",
              "ethtool -i PF-INTERFACE, and ip link show PF-INTERFACE: what a VF's line "
                  + "does not show, the driver does not have.",
              "Leave the setting out. Not every driver has every one: igb has no link "
                  + "state, few have a minimum rate, InfiniBand has no VLAN; in switchdev mode "
                  + "most settings are made on the representor instead.",
              "kernel: net/core/rtnetlink.c, do_setvfinfo: -EOPNOTSUPP where the driver has "
                  + "no such operation"),
          new KnownError(
              "vf-rate-without-link",
              Topic.VF_SETTINGS,
              List.of(says("takes a rate only while it has one")),
              "VF 1 of enp1s0 cannot be set to max_tx_rate 500 min_tx_rate 0: enp1s0 has no link, "
                  + "and its driver takes a rate only while it has one (Invalid argument).",
              "The rate is a share of the link's speed for the PF's driver, and there is no link: "
                  + "no cable, the other end is off, or they do not agree on a speed.",
              "cat /sys/class/net/PF-INTERFACE/carrier: 0; ip link show PF-INTERFACE: NO-CARRIER.",
              "Plug the cable in, or turn the other end on, and set the rate again; or leave the "
                  + "rate out.",
              "kernel: drivers/net/ethernet/intel/igb/igb_main.c, igb_ndo_set_vf_bw; "
                  + "drivers/net/ethernet/intel/ixgbe/ixgbe_sriov.c, ixgbe_ndo_set_vf_bw"),
          new KnownError(
              "vf-mac-fixed-by-host",
              Topic.VF_SETTINGS,
              List.of(
                  says("override administratively set MAC"),
                  says("attempted to override administratively set VLAN"),
                  says("not approved by the PF"),
                  says("set invalid MAC"),
                  says("not matching the one configured by set_vf_mac")),
              "igb 0000:01:00.0: VF 0 attempted to override administratively set MAC address",
              "The host has set the VF's MAC address or VLAN, so the guest may not change " + "it.",
              "ip link show PF-INTERFACE: the VF's MAC and VLAN as the host set them.",
              "Give the guest's interface the same MAC, and reload its driver. If the guest "
                  + "shall choose: set the VF's MAC to 00:00:00:00:00:00 before the guest has it, "
                  + "or trust on.",
              "kernel: drivers/net/ethernet/intel/igb/igb_main.c, igb_rcv_msg_from_vf"),
          new KnownError(
              "vf-mac-missing",
              Topic.VF_SETTINGS,
              List.of(
                  says("MAC address not assigned by administrator"),
                  says("Assigning random MAC address"),
                  says("Invalid MAC address * using random")),
              "igbvf 0000:01:10.0: MAC address not assigned by administrator.",
              "Nobody has set a MAC address for the VF, so its driver makes up another one "
                  + "at every start.",
              "ip link show PF-INTERFACE: the VF's MAC is 00:00:00:00:00:00.",
              "Set one before the VF goes to the guest: ip link set PF-INTERFACE vf N mac "
                  + "MAC. It is lost when VFs are made anew, at every boot: set it again then.",
              "kernel: drivers/net/ethernet/intel/igbvf/netdev.c, igbvf_probe"),
          new KnownError(
              "vf-not-on-net-driver",
              Topic.VF_SETTINGS,
              List.of(
                  says("is not bound to a net driver, so its MAC address cannot be set"),
                  says("has no network device name")),
              "error: Requested operation is not valid: VF 2 of PF 'eth1' is not bound to a "
                  + "net driver, so its MAC address cannot be set to 52:54:00:11:22:33",
              "libvirt sets this VF's address through the VF's own interface, and it has "
                  + "none: it is on vfio-pci, or the PF is.",
              "ls /sys/bus/pci/devices/DEVICE/net /sys/bus/pci/devices/PF-ADDRESS/net: the names of "
                  + "the interfaces.",
              "Put the PF on its network driver, set the MAC on the PF (ip link set "
                  + "PF-INTERFACE vf N mac MAC), and use managed='no' with a plain hostdev.",
              "libvirt: src/util/virnetdev.c, virNetDevSetNetConfig"),
          new KnownError(
              "vf-spoofing",
              Topic.VF_SETTINGS,
              List.of(says("Spoof event(s) detected"), says("Spoofed packets detected")),
              "igb 0000:01:00.0: Spoof event(s) detected on VF 0",
              "The guest sends with another MAC address or VLAN than its VF has, and the "
                  + "card drops that.",
              "ip link show PF-INTERFACE: spoof checking on, and the VF's MAC.",
              "Use the VF's MAC in the guest. If the guest bridges or runs containers and "
                  + "you trust it: ip link set PF-INTERFACE vf N spoofchk off, and trust on.",
              "kernel: drivers/net/ethernet/intel/igb/igb_main.c, igb_spoof_check"),
          new KnownError(
              "bridge-beside-vf",
              Topic.VF_SETTINGS,
              List.of(
                  says("cannot talk to guests on * a bridge on its PF"),
                  says("received packet on * with own address as source address")),
              "01:10.0 (VF 0 of 01:00.0) cannot talk to guests on br0, a bridge on its PF enp1s0, "
                  + "before the card knows their addresses: --bridge-fdb enters those that br0 "
                  + "knows (bridge fdb add MAC dev enp1s0 self permanent)",
              "The card's switch sends to the PF only what is for addresses that it knows, and "
                  + "nobody told it those of the guests on the bridge.",
              "bridge fdb show dev PF-INTERFACE: the MAC addresses of the bridge's guests are "
                  + "missing among the lines with self permanent.",
              "lend vf set PF-INTERFACE --bridge-fdb, or for each of them: bridge fdb add MAC dev "
                  + "PF-INTERFACE self permanent. Or give the bridge another "
                  + "port of the card, or its guests VFs as well.",
              "kernel: net/core/rtnetlink.c, ndo_dflt_fdb_add; "
                  + "drivers/net/ethernet/intel/ixgbe/ixgbe_main.c, ixgbe_ndo_fdb_add"),
          new KnownError(
              "vf-malicious",
              Topic.VF_SETTINGS,
              List.of(says("Malicious Driver Detection event")),
              "ixgbe 0000:03:00.0: Malicious Driver Detection event detected on PF 0 VF 3 "
                  + "MAC: 52:54:00:11:22:33 mdd-disable-vf=on",
              "The card found that the VF's driver in the guest sends what it may not, and "
                  + "stopped the VF's queue.",
              "dmesg | grep 'Malicious Driver': which VF, and how often.",
              "Update the VF's driver in the guest, or the PF's on the host: most often the "
                  + "two versions disagree. If you do not trust the guest, take the VF away from "
                  + "it.",
              "kernel: drivers/net/ethernet/intel/ixgbe/ixgbe_sriov.c, ixgbe_handle_mdd"),
          new KnownError(
              "vf-list-truncated",
              Topic.VF_SETTINGS,
              List.of(
                  says("Truncated VF list"),
                  says("Message truncated"),
                  says("couldn't find IFLA_VF_INFO"),
                  says("netlink * message too long"),
                  says("netlink * no buffer space"),
                  says("netlink receive: * short"),
                  says("list the VFs: * of * VFs")),
              "error: internal error: couldn't find IFLA_VF_INFO for VF 251 in netlink "
                  + "response",
              "The PF has so many VFs that the kernel's list of them does not fit into one "
                  + "message.",
              "cat /sys/bus/pci/devices/PF-ADDRESS/sriov_numvfs: 200 and more are too many for "
                  + "programs that ask for all at once.",
              "Update iproute2, libvirt or the plugin: newer ones leave the statistics out "
                  + "of the question. Lend asks for each PF by itself, without statistics.",
              "kernel: net/core/rtnetlink.c, rtnl_fill_vf; an attribute holds at most "
                  + "65,535 bytes"));

  private VfSettingErrors() {}
}
