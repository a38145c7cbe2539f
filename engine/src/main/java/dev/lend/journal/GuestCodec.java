package dev.lend.journal;

import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.Guest;
import dev.lend.plan.DomainVf;
import java.util.Optional;

/** Guests, and what libvirt is told of a device, as the journal has them. */
final class GuestCodec {
  private GuestCodec() {}

  static Guest guest(String text) {
    Optional<Guest> guest = Guest.parse(text);
    return guest.orElseThrow(() -> new JsonException("no guest: \"" + text + "\""));
  }

  static Json encode(DomainVf vf) {
    return Json.object().put("mac", vf.mac()).put("vlan", vf.vlan()).build();
  }

  static DomainVf vf(Json.Obj json) {
    try {
      return new DomainVf(RecordCodec.textOrNull(json, "mac"), RecordCodec.whole(json, "vlan"));
    } catch (IllegalArgumentException e) {
      throw new JsonException("no setting of a VF: " + e.getMessage(), e);
    }
  }
}
