package dev.lend.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.json.Json;
import dev.lend.lab.LabHost;
import dev.lend.lab.RunResult;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@code check --vfs} says of PFs on a real kernel, and that the kernel agrees. */
final class VfCheckLabIT extends LabHost {
  private static final String NIC = "0000:01:00.0";
  private static final String ELSEWHERE = "/tmp/captured-vfs";

  @AfterEach
  void leaveTheDevicesAsTheyWere() {
    lab.run("lend", "return", NIC);
    lab.run("lend", "vf", "remove", NIC);
    lab.run("rm", "-rf", ELSEWHERE, ELSEWHERE + ".tar");
  }

  @Test
  void theNetworkCardCanHaveAsManyAsTheKernelMakes() {
    Json.Obj vfs = vfs(0, NIC);
    assertThat(findings(vfs))
        .contains(
            "sriov-capability ok",
            "vf-driver ok",
            "vf-memory ok",
            "vf-buses ok",
            "vf-ari ok",
            "iommu-kernel ok");
    assertThat(all(vfs, "vf-total")).contains("/sriov_totalvfs: 7", "TotalVFs");
    assertThat(all(vfs, "vf-ari")).contains("0000:00:10.0/config: ARI forwarding on");
    assertThat(all(vfs, "vf-buses")).contains("sriov_offset: 128", "sriov_stride: 2");
    assertThat(all(vfs, "vf-memory")).contains("VF BAR 0", "VF BAR 3");
    assertThat(vfs.number("at_most")).isEqualTo(7);

    must("lend", "vf", "create", NIC, "7");
    assertThat(must("cat", "/sys/bus/pci/devices/" + NIC + "/sriov_numvfs")).isEqualTo("7");
    assertThat(must("lend", "check", NIC)).contains("makes VFs: 7 exist", "up to 7");
  }

  @Test
  void theNvmeControllerCanHaveAsManyAsTheKernelMakes() {
    Json.Obj vfs =
        vfs(0, mustShell("ls /sys/bus/pci/drivers/nvme/0000:*/sriov_totalvfs | cut -d/ -f7"));
    assertThat(findings(vfs))
        .contains(
            "sriov-capability ok", "vf-total ok", "vf-driver ok", "vf-memory ok", "vf-ari ok");
    assertThat(all(vfs, "vf-ari")).contains("its VFs need no ARI");
    assertThat(vfs.number("at_most")).isEqualTo(4);
  }

  @Test
  void aPfOnVfioPciAndADeviceWithoutSriovCannot() {
    must("lend", "reserve", NIC, "--yes");
    Json.Obj reserved = vfs(1, NIC);
    assertThat(findings(reserved)).contains("vf-driver blocker", "vf-memory ok");
    assertThat(mustShell("echo 1 | dd of=/sys/bus/pci/devices/$1/sriov_numvfs 2>&1 || true", NIC))
        .contains("No such file or directory");
    assertThat(findings(vfs(1, "0000:02:00.0"))).contains("sriov-capability blocker");
  }

  @Test
  void whoMayReadLessIsToldWhatThatCosts() {
    RunResult result =
        lab.run(
            "setpriv",
            "--reuid=65534",
            "--regid=65534",
            "--clear-groups",
            "lend",
            "check",
            NIC,
            "--vfs");
    assertThat(result.out()).contains("only root may read", "has the SR-IOV capability");
  }

  @Test
  void aCaptureSaysTheSameOfPfsAndVfs() {
    must("lend", "vf", "create", NIC, "2", "--vlan", "7");
    must("lend", "capture", ELSEWHERE + ".tar", "--serials");
    mustShell("mkdir $1 && tar -xf $1.tar -C $1", ELSEWHERE);

    for (List<String> command :
        List.of(List.of("check", NIC, "--vfs", "--json"), List.of("vf", "list", NIC, "--json"))) {
      List<String> there = new ArrayList<>(command);
      there.addAll(List.of("--root", ELSEWHERE, "--state", "/var/lib/lend"));
      List<String> here = new ArrayList<>(command);
      here.addAll(List.of("--state", "/var/lib/lend"));
      assertThat(lend(there).out()).as("lend %s", command).isEqualTo(lend(here).out());
    }
    assertThat(lend(List.of("vf", "list", "--root", ELSEWHERE)).out()).contains("2 of 7 VFs");
  }

  private RunResult lend(List<String> words) {
    List<String> line = new ArrayList<>(List.of("lend"));
    line.addAll(words);
    return lab.run(line.toArray(String[]::new));
  }

  private Json.Obj vfs(int status, String device) {
    RunResult result = lend(List.of("check", device, "--vfs", "--json"));
    assertThat(result.exit()).as(result.out() + result.err()).isEqualTo(status);
    return Json.parseObject(result.out()).object("vfs");
  }

  /** Each as its name and severity. */
  private static List<String> findings(Json.Obj vfs) {
    List<String> found = new ArrayList<>();
    for (Json item : vfs.array("findings")) {
      if (item instanceof Json.Obj finding) {
        found.add(finding.text("id") + " " + finding.text("severity"));
      }
    }
    return found;
  }

  /** Title and evidence of one. */
  private static String all(Json.Obj vfs, String id) {
    for (Json item : vfs.array("findings")) {
      if (item instanceof Json.Obj finding && finding.text("id").equals(id)) {
        return finding.compact();
      }
    }
    return "no " + id;
  }
}
