package dev.lend.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.lend.gen.Gen;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IpAddressTest {
  private static Optional<String> canonical(String text) {
    return IpAddress.parse(text).map(IpAddress::text);
  }

  @Test
  void writesAddressesAsRfc5952Has() {
    assertThat(canonical("2001:0DB8:0:0:1:0:0:1")).contains("2001:db8::1:0:0:1");
    assertThat(canonical("0:0:0:0:0:0:0:0")).contains("::");
    assertThat(canonical("::1")).contains("::1");
    assertThat(canonical("fe80:0:0:0:0:0:0:0")).contains("fe80::");
    assertThat(canonical("1:0:2:3:4:5:6:7")).contains("1:0:2:3:4:5:6:7");
    assertThat(canonical("1:0:0:2:0:0:0:3")).contains("1:0:0:2::3");
    assertThat(canonical("192.0.2.1")).contains("192.0.2.1");
  }

  @Test
  void takesNothingElse() {
    for (String text :
        List.of(
            "",
            "1",
            "1.2.3",
            "1.2.3.4.5",
            "256.1.1.1",
            "1.2.3.x",
            "1..2.3",
            "0001.2.3.4",
            ":",
            ":::",
            "1:2:3",
            "1::2::3",
            "::12345",
            "g::",
            "1:2:3:4:5:6:7::8",
            "::1.2.3.4",
            "fe80::1%eth0",
            "localhost",
            "٣.1.1.1",
            " 1.2.3.4")) {
      assertThat(IpAddress.parse(text)).as(text).isEmpty();
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new IpAddress("::0"));
    assertThatIllegalArgumentException().isThrownBy(() -> IpAddress.of(new byte[5]));
  }

  @Test
  void meansWhatTheJdkMeans() {
    Gen.check(
        IpAddressTest.class,
        "ip-round-trip",
        5_000,
        gen -> {
          byte[] bytes = new byte[gen.oneOf(4, 16)];
          for (int i = 0; i < bytes.length; i++) {
            bytes[i] = gen.chance(60) ? 0 : (byte) gen.between(0, 255);
          }
          IpAddress address = IpAddress.of(bytes);
          assertThat(address.bytes()).isEqualTo(bytes);
          byte[] jdk = InetAddress.ofLiteral(address.text()).getAddress();
          assertThat(jdk.length == 4 && bytes.length == 16 ? bytes : jdk).isEqualTo(bytes);
          assertThat(address.text()).hasSizeLessThanOrEqualTo(39);
        });
  }

  @Test
  void knowsWhatStaysOnItsLink() {
    assertThat(IpAddress.parse("fe80::1").orElseThrow().linkLocal()).isTrue();
    assertThat(IpAddress.parse("febf::1").orElseThrow().linkLocal()).isTrue();
    assertThat(IpAddress.parse("fec0::1").orElseThrow().linkLocal()).isFalse();
    assertThat(IpAddress.parse("169.254.1.1").orElseThrow().linkLocal()).isFalse();
  }
}
