package dev.lend.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.gen.Gen;
import dev.lend.json.Json;
import dev.lend.json.JsonException;
import dev.lend.model.NetLoss;
import dev.lend.model.NetState;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What stands in journals of the network. */
class NetCodecTest {
  /** As Lend wrote it before it knew what stands on an interface. */
  private static final String THEN =
      "{\"name\":\"eth1\",\"index\":4,\"hardware\":\"52:54:00:00:00:02\",\"up\":true,\"mtu\":1500,"
          + "\"mac\":null,\"master\":\"br0\",\"addresses\":[],\"routes\":[],"
          + "\"lost\":[\"the interface eth1.7 (vlan) on it\"]}";

  @Test
  void readsWhatALendWroteThatKnewNothingOnAnInterface() {
    assertThat(NetCodec.state(Json.parseObject(THEN)))
        .isEqualTo(
            new NetState(
                "eth1",
                4,
                Optional.of("52:54:00:00:00:02"),
                true,
                1500,
                Optional.empty(),
                Optional.of("br0"),
                List.of(),
                List.of(),
                List.of(NetLoss.of("the interface eth1.7 (vlan) on it"))));
  }

  @Test
  void readsBackWhatStandsOnAnInterface() {
    Gen.check(
        NetCodecTest.class,
        "stacked",
        200,
        gen -> {
          NetState state = NetRecords.state(gen);
          String line = NetCodec.encode(state).compact();
          assertThat(NetCodec.state(Json.parseObject(line))).isEqualTo(state);
        });
  }

  @Test
  void refusesAKindOfInterfaceThatItDoesNotKnow() {
    String line =
        THEN.replace("\"lost\":[\"the interface eth1.7 (vlan) on it\"]", "\"losses\":[],")
            .replace(",}", ",\"other_names\":[],\"stacked\":[{\"kind\":\"tunnel\",\"state\":{}}]}");
    assertThatThrownBy(() -> NetCodec.state(Json.parseObject(line)))
        .isInstanceOf(JsonException.class)
        .hasMessageContaining("unknown interface \"tunnel\"");
  }
}
