package dev.lend.sysfs;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.Fact;
import dev.lend.model.PciAddress;
import dev.lend.model.SettingOwner;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * Who else sets VFs, as a captured host has it: found before, for the files stay where they are.
 */
final class CapturedOwners {
  /** Where the archive has them. */
  static final String PATH = "lend/setting-owners.json";

  private CapturedOwners() {}

  static byte[] write(SortedMap<PciAddress, List<SettingOwner>> owners) {
    List<Json> all = new ArrayList<>();
    owners.forEach((pf, found) -> {
      for (SettingOwner owner : found) {
        all.add(
            Json.object()
                .put("pf", pf.toString())
                .put("kind", owner.kind().name())
                .put("concern", owner.concern().name())
                .put("file", owner.file())
                .put("line", owner.line())
                .put("what", owner.what())
                .put("advice", owner.advice())
                .build());
      }
    });
    return Json.object()
        .put("owners", new Json.Arr(all))
        .build()
        .pretty()
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Those of a PF; none where the host is no capture, or what it says makes no sense. */
  static List<SettingOwner> read(KernelReader kernel, PciAddress pf) {
    List<SettingOwner> owners = new ArrayList<>();
    if (!(kernel instanceof FileKernel files && files.isConfined())
        || !(kernel.read(PATH) instanceof Fact.Known<String>(String text))) {
      return owners;
    }
    try {
      for (Json item : Json.parseObject(text).array("owners")) {
        if (item instanceof Json.Obj owner && owner.text("pf").equals(pf.toString())) {
          owners.add(
              new SettingOwner(
                  SettingOwner.Kind.valueOf(owner.text("kind")),
                  SettingOwner.Concern.valueOf(owner.text("concern")),
                  owner.text("file"),
                  (int) owner.number("line"),
                  owner.text("what"),
                  owner.text("advice")));
        }
      }
    } catch (JsonException | IllegalArgumentException nonsense) {
      owners.clear();
    }
    return owners;
  }
}
