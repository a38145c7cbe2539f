package dev.lend.plan;

import dev.lend.model.Guest;
import java.util.ArrayList;
import java.util.List;

/** The commands that a person would type to plug a function into a guest, and out of it. */
final class GuestCommands {
  private GuestCommands() {}

  static List<String> plug(Step.Plug step) {
    return switch (step.guest()) {
      case Guest.Qemu(String socket) ->
          List.of(
              monitor(
                  socket,
                  "{\"execute\":\"device_add\",\"arguments\":{\"driver\":\"vfio-pci\",\"host\":\""
                      + step.address()
                      + "\",\"id\":\""
                      + step.deviceId()
                      + "\",\"bus\":\""
                      + step.port()
                      + "\"}}"));
      case Guest.Domain domain -> attach(domain, "--live", step);
    };
  }

  private static List<String> attach(Guest.Domain domain, String where, Step.Plug step) {
    List<String> lines = new ArrayList<>();
    lines.add(
        virsh(domain)
            + "attach-device "
            + where
            + " --domain "
            + quoted(domain.name())
            + " --file /dev/stdin <<'END'");
    lines.addAll(DomainXml.of(step).lines().toList());
    lines.add("END");
    return lines;
  }

  /** Only libvirt keeps a definition. */
  static List<String> define(DefinitionStep.Define step) {
    return step.guest() instanceof Guest.Domain domain
        ? attach(domain, "--config", step.plug())
        : List.of();
  }

  static List<String> undefine(DefinitionStep.Undefine step) {
    return step.guest() instanceof Guest.Domain domain
        ? List.of(detach(domain, "--config", step.deviceId()))
        : List.of();
  }

  private static String detach(Guest.Domain domain, String where, String alias) {
    return virsh(domain)
        + "detach-device-alias "
        + where
        + " --domain "
        + quoted(domain.name())
        + " --alias "
        + quoted(alias);
  }

  static List<String> unplug(Step.Unplug step) {
    List<String> lines = new ArrayList<>();
    lines.add(ask(step));
    if (step.force()) {
      lines.add("# only where it does not let go: " + stop(step.guest()));
    }
    return lines;
  }

  /** Ends a guest at once, whatever it is at. */
  private static String stop(Guest guest) {
    return switch (guest) {
      case Guest.Qemu(String socket) -> monitor(socket, "{\"execute\":\"quit\"}");
      case Guest.Domain domain -> virsh(domain) + "destroy " + quoted(domain.name());
    };
  }

  private static String ask(Step.Unplug step) {
    return switch (step.guest()) {
      case Guest.Qemu(String socket) ->
          monitor(
              socket,
              "{\"execute\":\"device_del\",\"arguments\":{\"id\":\"" + step.deviceId() + "\"}}");
      case Guest.Domain domain -> detach(domain, "--live", step.deviceId());
    };
  }

  static String virsh(Guest.Domain domain) {
    return "virsh "
        + (domain.uri().equals(Guest.Domain.SYSTEM) ? "" : "-c " + quoted(domain.uri()) + " ");
  }

  private static String monitor(String socket, String command) {
    return "echo '{\"execute\":\"qmp_capabilities\"}"
        + command.replace("'", "'\\''")
        + "' | socat -t5 - "
        + quoted("UNIX-CONNECT:" + socket);
  }

  /** One word for a shell, whatever is in it. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
