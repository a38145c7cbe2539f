package dev.lend.sysfs;

import dev.lend.model.Finding;
import dev.lend.model.HostSnapshot;
import java.util.ArrayList;
import java.util.List;

/** Is this host ready to lend devices, and if not, what puts it right? Reads only. */
public final class Readiness {
  private Readiness() {}

  /**
   * Looks at everything that lending needs, from the processor up to the guests' software, and runs
   * nothing.
   *
   * @param kernel the host
   * @param snapshot the same host's devices
   * @return one finding for each thing looked at, in the order in which they are put right
   */
  public static List<Finding> examine(KernelReader kernel, HostSnapshot snapshot) {
    return examine(kernel, snapshot, ProgramVersion.unasked());
  }

  /**
   * The same.
   *
   * @param programs asked for what no file says
   */
  public static List<Finding> examine(
      KernelReader kernel, HostSnapshot snapshot, ProgramVersion programs) {
    HostFacts host = new HostFacts(kernel);
    List<Finding> findings = new ArrayList<>();
    findings.addAll(new CpuChecks(host).all());
    findings.addAll(new IommuChecks(host, new BootAdvice(kernel)).all());
    findings.addAll(new VfioChecks(host).all());
    findings.addAll(new DeviceChecks(host, snapshot).all());
    findings.addAll(new SoftwareChecks(host, programs).all());
    return List.copyOf(findings);
  }

  /** True where nothing stands in the way. */
  public static boolean ready(List<Finding> findings) {
    return blockers(findings) == 0;
  }

  /** How many findings stand in the way. */
  public static int blockers(List<Finding> findings) {
    int count = 0;
    for (Finding finding : findings) {
      if (finding.severity() == Finding.Severity.BLOCKER) {
        count++;
      }
    }
    return count;
  }
}
