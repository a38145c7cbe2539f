package dev.lend.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The commands by name. A command is made when it is asked for: start-up time is paid by all. */
final class CommandTable {
  /** In the order in which they are listed. */
  static final List<String> NAMES =
      List.of(
          "check",
          "list",
          "show",
          "tree",
          "capture",
          "explain",
          "advise",
          "compare",
          "attach",
          "detach",
          "reserve",
          "return",
          "clean",
          "run",
          "status",
          "guests",
          "history",
          "confirm",
          "recover",
          "boot install",
          "boot remove",
          "boot status",
          "boot restore",
          "hook install",
          "hook remove",
          "hook status",
          "vf list",
          "vf create",
          "vf set",
          "vf remove",
          "vf apply",
          "vf restore",
          "qemu-args",
          "libvirt-xml",
          "lab up",
          "lab down",
          "lab reboot",
          "lab status",
          "lab ssh",
          "lab run",
          "lab rebuild",
          "demo");

  private CommandTable() {}

  static Optional<Command> find(String name) {
    return switch (name) {
      case "list" -> Optional.of(new ListCommand());
      case "tree" -> Optional.of(new TreeCommand());
      case "show" -> Optional.of(new ShowCommand());
      case "check" -> Optional.of(new CheckCommand());
      case "capture" -> Optional.of(new CaptureCommand());
      case "explain" -> Optional.of(new ExplainCommand());
      case "advise" -> Optional.of(new AdviseCommand());
      case "compare" -> Optional.of(new CompareCommand());
      case "attach" -> Optional.of(new ChangeCommand(ChangeCommand.Verb.ATTACH));
      case "detach" -> Optional.of(new ChangeCommand(ChangeCommand.Verb.DETACH));
      case "reserve" -> Optional.of(new ChangeCommand(ChangeCommand.Verb.RESERVE));
      case "return" -> Optional.of(new ChangeCommand(ChangeCommand.Verb.RETURN));
      case "clean" -> Optional.of(new ChangeCommand(ChangeCommand.Verb.CLEAN));
      case "run" -> Optional.of(new RunCommand());
      case "recover" -> Optional.of(new RecoverCommand());
      case "boot install" -> Optional.of(new BootCommand(BootCommand.Verb.INSTALL));
      case "boot remove" -> Optional.of(new BootCommand(BootCommand.Verb.REMOVE));
      case "boot status" -> Optional.of(new BootCommand(BootCommand.Verb.STATUS));
      case "boot restore" -> Optional.of(new BootRestoreCommand());
      case "hook install" -> Optional.of(new HookCommand(HookCommand.Verb.INSTALL));
      case "hook remove" -> Optional.of(new HookCommand(HookCommand.Verb.REMOVE));
      case "hook status" -> Optional.of(new HookCommand(HookCommand.Verb.STATUS));
      case "status" -> Optional.of(new StatusCommand());
      case "guests" -> Optional.of(new GuestsCommand());
      case "confirm" -> Optional.of(new ConfirmCommand());
      case GuardCommand.NAME -> Optional.of(new GuardCommand());
      case "history" -> Optional.of(new HistoryCommand());
      case "qemu-args" -> Optional.of(new StartWithCommand(StartWithCommand.Form.QEMU_ARGS));
      case "libvirt-xml" -> Optional.of(new StartWithCommand(StartWithCommand.Form.LIBVIRT_XML));
      case "vf list" -> Optional.of(new VfListCommand());
      case "vf create" -> Optional.of(new VfCommand(VfCommand.Verb.CREATE));
      case "vf set" -> Optional.of(new VfCommand(VfCommand.Verb.SET));
      case "vf remove" -> Optional.of(new VfCommand(VfCommand.Verb.REMOVE));
      case "vf apply" -> Optional.of(new VfApplyCommand());
      case "vf restore" -> Optional.of(new VfRestoreCommand());
      case "lab up" -> Optional.of(new LabCommand(LabCommand.Verb.UP));
      case "lab down" -> Optional.of(new LabCommand(LabCommand.Verb.DOWN));
      case "lab reboot" -> Optional.of(new LabCommand(LabCommand.Verb.REBOOT));
      case "lab status" -> Optional.of(new LabCommand(LabCommand.Verb.STATUS));
      case "lab ssh" -> Optional.of(new LabCommand(LabCommand.Verb.SSH));
      case "lab run" -> Optional.of(new LabCommand(LabCommand.Verb.RUN));
      case "lab rebuild" -> Optional.of(new LabCommand(LabCommand.Verb.REBUILD));
      case "demo" -> Optional.of(new DemoCommand());
      default -> Optional.empty();
    };
  }

  /** All of them, for the list of commands. */
  static List<Command> all() {
    List<Command> commands = new ArrayList<>();
    for (String name : NAMES) {
      find(name).ifPresent(commands::add);
    }
    return commands;
  }

  /** True where {@code word} starts commands of two words. */
  static boolean isFirstWord(String word) {
    for (String name : NAMES) {
      if (name.startsWith(word + " ")) {
        return true;
      }
    }
    return false;
  }
}
