package dev.lend.sysfs;

import dev.lend.model.SettingOwner;
import dev.lend.model.SettingOwner.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Lines of shell, and tables of files to write, that are gone through at boot or with a link. */
final class ScriptOwners {
  private static final List<String> UNITS =
      List.of("etc/systemd/system", "run/systemd/system", "usr/local/lib/systemd/system");

  private static final List<String> TMPFILES =
      List.of("etc/tmpfiles.d", "run/tmpfiles.d", "usr/local/lib/tmpfiles.d");

  /** interfaces(5): scripts of all interfaces. */
  private static final List<String> HOOKS =
      List.of(
          "etc/network/if-pre-up.d",
          "etc/network/if-up.d",
          "etc/network/if-down.d",
          "etc/network/if-post-down.d");

  /** Where people put scripts of their own. */
  private static final List<String> OWN = List.of("/etc/", "/opt/", "/root/", "/usr/local/");

  /**
   * The operator writes down there what it applied, a file for each PF (sriov-network-operator:
   * {@code pkg/consts/constants.go}, PfAppliedConfig).
   */
  private static final String OPERATOR = "etc/sriov-operator";

  private final ConfigFiles files;
  private final OwnedPf pf;
  private final List<SettingOwner> found = new ArrayList<>();

  ScriptOwners(ConfigFiles files, OwnedPf pf) {
    this.files = files;
    this.pf = pf;
  }

  List<SettingOwner> find() {
    interfaces();
    for (ConfigFile file : files.each("", HOOKS)) {
      script(file, Kind.IFUPDOWN);
    }
    units();
    for (String path : List.of("etc/rc.local", "etc/rc.d/rc.local", "etc/crontab")) {
      files.file(path).ifPresent(file -> script(file, Kind.SCRIPT));
    }
    for (ConfigFile file : files.each("", List.of("etc/cron.d"))) {
      script(file, Kind.SCRIPT);
    }
    tables();
    operator();
    return found;
  }

  private void script(ConfigFile file, Kind kind) {
    for (int i = 0; i < file.lines().size(); i++) {
      add(VfMention.inScript(file.lines().get(i)), kind, file, i + 1, without(file));
    }
  }

  private static String without(ConfigFile file) {
    return "take the line out of " + file.place();
  }

  private void add(
      Optional<VfMention> mention, Kind kind, ConfigFile file, int line, String advice) {
    mention
        .flatMap(does ->
            SettingOwners.owner(pf.word(does.target()), kind, file, line, does.what(), advice))
        .ifPresent(found::add);
  }

  /** interfaces(5): commands in a stanza run with the interface's name in {@code IFACE}. */
  private void interfaces() {
    List<ConfigFile> all = new ArrayList<>(files.each("", List.of("etc/network/interfaces.d")));
    files.file("etc/network/interfaces").ifPresent(main -> all.addFirst(main));
    for (ConfigFile file : all) {
      String stanza = "";
      for (int i = 0; i < file.lines().size(); i++) {
        String line = file.lines().get(i);
        List<String> words = Facts.words(line);
        if (words.size() > 1 && words.getFirst().equals("iface")) {
          stanza = words.get(1);
        }
        if (!stanza.isEmpty()) {
          line = line.replace("${IFACE}", stanza).replace("$IFACE", stanza);
        }
        add(VfMention.inScript(line), Kind.IFUPDOWN, file, i + 1, without(file));
      }
    }
  }

  /** systemd.service(5): the commands of units, and the scripts of this host that they start. */
  private void units() {
    List<String> directories = new ArrayList<>(UNITS);
    for (String directory : UNITS) {
      for (String name : files.names(directory)) {
        if (name.endsWith(".service.d")) {
          directories.add(directory + "/" + name);
        }
      }
    }
    List<ConfigFile> all = new ArrayList<>(files.layered(".service", UNITS));
    all.addAll(files.each(".conf", directories.subList(UNITS.size(), directories.size())));
    for (ConfigFile file : all) {
      for (ConfigFile.Entry entry : file.entries()) {
        if (entry.key().startsWith("Exec")) {
          String advice = "systemctl disable --now " + unit(file);
          Optional<VfMention> mention = VfMention.inScript(entry.value());
          add(mention, Kind.UNIT, file, entry.line(), advice);
          started(entry.value()).ifPresent(script -> script(script, Kind.SCRIPT));
        }
      }
    }
  }

  private static String unit(ConfigFile file) {
    String path = file.path();
    return file.name().endsWith(".conf")
        ? SysPath.name(path.substring(0, path.lastIndexOf(".d/")))
        : file.name();
  }

  private Optional<ConfigFile> started(String command) {
    for (String word : Facts.words(command)) {
      String path = word.replace("\"", "").replace("'", "");
      while (!path.isEmpty() && "-@:+!".indexOf(path.charAt(0)) >= 0) {
        path = path.substring(1);
      }
      for (String place : OWN) {
        if (path.startsWith(place)) {
          return files.script(path.substring(1));
        }
      }
    }
    return Optional.empty();
  }

  /** tmpfiles.d(5): {@code w PATH - - - - VALUE}; sysfs.conf(5): {@code path = value}. */
  private void tables() {
    for (ConfigFile file : files.layered(".conf", TMPFILES)) {
      for (int i = 0; i < file.lines().size(); i++) {
        List<String> words = Facts.words(file.lines().get(i));
        if (words.size() > 1 && !words.getFirst().startsWith("#")) {
          add(VfMention.inPath(words.get(1)), Kind.TMPFILES, file, i + 1, without(file));
        }
      }
    }
    List<ConfigFile> sysfs = new ArrayList<>(files.each(".conf", List.of("etc/sysfs.d")));
    files.file("etc/sysfs.conf").ifPresent(sysfs::add);
    for (ConfigFile file : sysfs) {
      for (int i = 0; i < file.lines().size(); i++) {
        String line = file.lines().get(i).strip();
        int equals = line.indexOf('=');
        if (equals > 0 && !line.startsWith("#")) {
          String path = line.substring(0, equals).strip();
          add(VfMention.inPath(path), Kind.SYSFS_CONF, file, i + 1, without(file));
        }
      }
    }
  }

  private void operator() {
    List<String> applied = files.names(OPERATOR + "/pci");
    boolean named = applied.contains(pf.address().toString());
    if (named || applied.isEmpty() && !files.names(OPERATOR).isEmpty()) {
      String path = named ? OPERATOR + "/pci/" + pf.address() : OPERATOR;
      SettingOwners.owner(
              named ? Fit.YES : Fit.UNKNOWN,
              Kind.OPERATOR,
              new ConfigFile(path, List.of()),
              1,
              "makes and sets VFs on this host",
              "leave the PF out of every SriovNetworkNodePolicy; if the operator is gone, remove /"
                  + OPERATOR)
          .ifPresent(found::add);
    }
  }
}
