package dev.lend.plan;

import java.util.List;
import java.util.Optional;

/**
 * Drivers of which it is known how they make VFs, or that they make none. The kernel shows nowhere
 * beforehand whether a driver has {@code sriov_configure}; the sources do. For each the file where
 * its {@code struct pci_driver} is.
 */
public record VfDrivers(String name, Way way, String source) {
  /** How a driver makes VFs. */
  public enum Way {
    /** As it is told by {@code sriov_numvfs}. */
    SYSFS,
    /** Only by a parameter of its own. */
    PARAMETER,
    /** Not at all. */
    NEVER
  }

  /** All of them. */
  public static final List<VfDrivers> ALL =
      List.of(
          sysfs("bnx2x", "drivers/net/ethernet/broadcom/bnx2x/bnx2x_main.c"),
          sysfs("bnxt_en", "drivers/net/ethernet/broadcom/bnxt/bnxt.c"),
          sysfs("be2net", "drivers/net/ethernet/emulex/benet/be_main.c"),
          sysfs("c3xxx", "drivers/crypto/intel/qat/qat_c3xxx/adf_drv.c"),
          sysfs("c6xx", "drivers/crypto/intel/qat/qat_c62x/adf_drv.c"),
          sysfs("cxgb4", "drivers/net/ethernet/chelsio/cxgb4/cxgb4_main.c"),
          sysfs("dh895xcc", "drivers/crypto/intel/qat/qat_dh895xcc/adf_drv.c"),
          sysfs("4xxx", "drivers/crypto/intel/qat/qat_4xxx/adf_drv.c"),
          sysfs("ena", "drivers/net/ethernet/amazon/ena/ena_netdev.c"),
          sysfs("fm10k", "drivers/net/ethernet/intel/fm10k/fm10k_pci.c"),
          sysfs("hinic", "drivers/net/ethernet/huawei/hinic/hinic_main.c"),
          sysfs("hns3", "drivers/net/ethernet/hisilicon/hns3/hns3_enet.c"),
          sysfs("i40e", "drivers/net/ethernet/intel/i40e/i40e_main.c"),
          sysfs("ice", "drivers/net/ethernet/intel/ice/ice_main.c"),
          sysfs("idpf", "drivers/net/ethernet/intel/idpf/idpf_main.c"),
          sysfs("igb", "drivers/net/ethernet/intel/igb/igb_main.c"),
          sysfs("ionic", "drivers/net/ethernet/pensando/ionic/ionic_bus_pci.c"),
          sysfs("ixgbe", "drivers/net/ethernet/intel/ixgbe/ixgbe_main.c"),
          sysfs("mlx5_core", "drivers/net/ethernet/mellanox/mlx5/core/main.c"),
          sysfs("nfp", "drivers/net/ethernet/netronome/nfp/nfp_main.c"),
          sysfs("nvme", "drivers/nvme/host/pci.c"),
          sysfs("pci-pf-stub", "drivers/pci/pci-pf-stub.c"),
          sysfs("qede", "drivers/net/ethernet/qlogic/qede/qede_main.c"),
          sysfs("qlcnic", "drivers/net/ethernet/qlogic/qlcnic/qlcnic_main.c"),
          sysfs("sfc", "drivers/net/ethernet/sfc/efx.c"),
          sysfs("virtio-pci", "drivers/virtio/virtio_pci_common.c"),
          sysfs("xe", "drivers/gpu/drm/xe/xe_pci.c"),
          parameter("lpfc", "drivers/scsi/lpfc/lpfc_attr.c"),
          parameter("mlx4_core", "drivers/net/ethernet/mellanox/mlx4/main.c"),
          never("pci-stub", "drivers/pci/pci-stub.c"),
          never("qla2xxx", "drivers/scsi/qla2xxx/qla_os.c"),
          never("uio_pci_generic", "drivers/uio/uio_pci_generic.c"));

  private static VfDrivers sysfs(String name, String source) {
    return new VfDrivers(name, Way.SYSFS, source);
  }

  private static VfDrivers parameter(String name, String source) {
    return new VfDrivers(name, Way.PARAMETER, source);
  }

  private static VfDrivers never(String name, String source) {
    return new VfDrivers(name, Way.NEVER, source);
  }

  /** What is known of a driver. */
  static Optional<VfDrivers> of(String name) {
    for (VfDrivers driver : ALL) {
      if (driver.name.equals(name)) {
        return Optional.of(driver);
      }
    }
    return Optional.empty();
  }
}
