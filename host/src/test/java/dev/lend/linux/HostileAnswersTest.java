package dev.lend.linux;

import static org.assertj.core.api.Assertions.assertThat;

import dev.lend.gen.Gen;
import dev.lend.model.NetAddress;
import dev.lend.model.NetForm;
import dev.lend.model.NetRoute;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Whatever bytes come for an answer: it is read or refused, and it ends. */
class HostileAnswersTest {
  private static final int TIMES = 20_000;

  private static byte[] sound(Gen gen) {
    return switch (gen.between(0, 4)) {
      case 4 -> ScriptedKernel.body(StackCodec.add(3, "v7", NetForm.Vlan.of(7)));
      case 0 -> ScriptedKernel.body(CodecTest.linkWithVfs(3, 3));
      case 1 ->
          ScriptedKernel.body(AddressCodec.add(3, NetAddress.of(CodecTest.ip("fd00::1"), 64)));
      case 2 ->
          ScriptedKernel.body(
              RouteCodec.add(
                  3,
                  NetRoute.of(CodecTest.ip("10.0.0.0"), 8, Optional.of(CodecTest.ip("10.0.0.1")))));
      default -> {
        byte[] noise = new byte[gen.between(0, 64)];
        for (int i = 0; i < noise.length; i++) {
          noise[i] = (byte) gen.between(0, 255);
        }
        yield noise;
      }
    };
  }

  private static byte[] spoiled(Gen gen) {
    byte[] bytes = sound(gen);
    for (int i = gen.between(0, 4); i > 0 && bytes.length > 0; i--) {
      bytes[gen.between(0, bytes.length - 1)] = (byte) gen.between(0, 255);
    }
    return gen.flag() ? Arrays.copyOf(bytes, gen.between(0, bytes.length)) : bytes;
  }

  @Test
  void theDecodersReadOrRefuseEveryBody() {
    Gen.check(
        HostileAnswersTest.class,
        "bodies",
        TIMES,
        gen -> {
          byte[] bytes = spoiled(gen);
          for (int type :
              List.of(
                  Abi.RTM_NEWLINK,
                  Abi.RTM_NEWADDR,
                  Abi.RTM_NEWROUTE,
                  Abi.RTM_NEWQDISC,
                  Abi.RTM_NEWTFILTER)) {
            Rtnetlink.Message message = CodecTest.reply(type, bytes);
            try {
              switch (type) {
                case Abi.RTM_NEWLINK -> {
                  assertThat(LinkCodec.decode(message)).isNotNull();
                  assertThat(VfCodec.decode(message)).isNotNull();
                }
                case Abi.RTM_NEWADDR -> assertThat(AddressCodec.decode(message)).isNotNull();
                default -> assertThat(RouteCodec.decode(message, 3)).isNotNull();
              }
            } catch (Malformed refused) {
              assertThat(refused).hasMessageMatching("(?s).+");
            }
          }
        });
  }

  @Test
  void theClientEndsWithEveryDatagram() {
    Gen.check(
        HostileAnswersTest.class,
        "datagrams",
        TIMES,
        gen -> {
          ScriptedKernel kernel = new ScriptedKernel();
          for (int i = gen.between(1, 3); i > 0; i--) {
            byte[] message =
                switch (gen.between(0, 3)) {
                  case 0 -> ScriptedKernel.refusal(1, 22, "no", gen.oneOf(0, 16, 41));
                  case 1 -> ScriptedKernel.done(1);
                  default -> ScriptedKernel.message(gen.between(0, 40), 0, 1, spoiled(gen));
                };
            for (int j = gen.between(0, 3); j > 0; j--) {
              message[gen.between(0, message.length - 1)] = (byte) gen.between(0, 255);
            }
            kernel.says(Arrays.copyOf(message, gen.between(0, message.length)), message);
          }
          try {
            assertThat(new Rtnetlink(kernel).dump("list", LinkCodec.dump())).isNotNull();
          } catch (NetRefusal refused) {
            assertThat(refused).hasMessageStartingWith("");
          }
        });
  }
}
