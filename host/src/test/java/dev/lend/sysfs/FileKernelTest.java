package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.lend.model.Fact;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileKernelTest {
  @TempDir Path outside;

  private HostTree host() {
    return new HostTree(outside.resolve("root"));
  }

  private static FileKernel kernel(HostTree host) {
    return new FileKernel(host.root());
  }

  private HostTree withSecret() throws IOException {
    HostTree host = host();
    Files.writeString(outside.resolve("secret"), "secret");
    return host;
  }

  private static String why(Fact<?> fact) {
    assertThat(fact).isInstanceOf(Fact.Unreadable.class);
    return fact instanceof Fact.Unreadable<?>(String path, String why) ? why : "";
  }

  @Test
  void takesLineEndsOffTheEndOnly() {
    HostTree host = host().file("sys/a", "one\ntwo\n");
    assertThat(kernel(host).read("sys/a")).isEqualTo(Fact.known("one\ntwo"));
  }

  @Test
  void saysAbsentForWhatIsNotThere() {
    FileKernel kernel = kernel(host());
    assertThat(kernel.read("sys/none")).isEqualTo(Fact.absent());
    assertThat(kernel.list("sys/none/below")).isEqualTo(Fact.absent());
    assertThat(kernel.link("sys/none")).isEqualTo(Fact.absent());
    assertThat(kernel.resolve("sys/none")).isEqualTo(Fact.absent());
    assertThat(kernel.exists("sys/none")).isFalse();
  }

  @Test
  void followsRelativeLinksInsideTheRoot() {
    HostTree host = host().file("sys/devices/x/uevent", "A=1").linkTo("sys/bus/x", "sys/devices/x");
    FileKernel kernel = kernel(host);
    assertThat(kernel.read("sys/bus/x/uevent")).isEqualTo(Fact.known("A=1"));
    assertThat(kernel.list("sys/bus/x")).isEqualTo(Fact.known(List.of("uevent")));
    assertThat(kernel.link("sys/bus/x")).isEqualTo(Fact.known("../devices/x"));
    assertThat(kernel.resolve("sys/bus/x/uevent")).isEqualTo(Fact.known("sys/devices/x/uevent"));
    assertThat(kernel.exists("sys/bus/x/uevent")).isTrue();
  }

  @Test
  void takesAbsoluteLinksFromTheRootOfTheCapture() throws IOException {
    HostTree host = withSecret();
    host.file("etc/name", "captured").link("sys/a", "/etc/name");
    host.link("sys/b", outside.resolve("secret").toString());
    assertThat(kernel(host).read("sys/a")).isEqualTo(Fact.known("captured"));
    assertThat(kernel(host).read("sys/b")).isEqualTo(Fact.absent());
  }

  @Test
  void readsNothingThroughLinksThatClimbOverTheRoot() throws IOException {
    HostTree host = withSecret();
    host.link("sys/file", "../../secret").link("sys/up", "../..").link("sys/deep/a", "../../../..");
    FileKernel kernel = kernel(host);
    assertThat(why(kernel.read("sys/file"))).contains("out of the root");
    assertThat(why(kernel.read("sys/up/secret"))).contains("out of the root");
    assertThat(why(kernel.list("sys/up"))).contains("out of the root");
    assertThat(why(kernel.read("sys/deep/a/secret"))).contains("out of the root");
    assertThat(why(kernel.resolve("sys/file"))).contains("out of the root");
    assertThat(why(kernel.link("sys/up/secret"))).contains("out of the root");
    assertThat(kernel.exists("sys/file")).isFalse();
    assertThat(kernel.link("sys/file")).isEqualTo(Fact.known("../../secret"));
  }

  @Test
  void readsNothingThroughDotsInThePathItself() throws IOException {
    HostTree host = withSecret();
    FileKernel kernel = kernel(host);
    assertThat(why(kernel.read("../secret"))).contains("out of the root");
    assertThat(why(kernel.read("sys/../../secret"))).contains("out of the root");
    assertThat(why(kernel.bytes("../secret"))).contains("out of the root");
    assertThatThrownBy(() -> kernel.pages("../secret", 100))
        .hasMessageContaining("out of the root");
  }

  @Test
  void opensNothingThroughLinkAttributesOfTheLastPart() throws IOException {
    HostTree host = withSecret();
    host.directory("sys/x").link("sys/x/uevent", "../../../secret");
    assertThat(why(kernel(host).read("sys/x/uevent"))).contains("out of the root");
  }

  @Test
  void endsInACircleOfLinks() {
    HostTree host = host().link("sys/a", "b").link("sys/b", "a").link("sys/self", "self/self/self");
    assertThat(why(kernel(host).read("sys/a"))).contains("Too many levels");
    assertThat(why(kernel(host).list("sys/self/x"))).contains("Too many levels");
  }

  @Test
  void waitsForNoPipe() throws Exception {
    HostTree host = host().directory("sys/x");
    Path pipe = host.root().resolve("sys/x/uevent");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    assertThat(why(kernel(host).read("sys/x/uevent"))).isEqualTo("not an ordinary file");
  }

  @Test
  void readsNoMoreThanAnAttributeCanHold() {
    HostTree host = host().bytes("sys/big", new byte[FileKernel.ATTRIBUTE_LIMIT + 1]);
    host.bytes("sys/most", new byte[FileKernel.ATTRIBUTE_LIMIT]);
    assertThat(why(kernel(host).read("sys/big"))).contains("64 KiB");
    assertThat(kernel(host).read("sys/most").or("")).hasSize(FileKernel.ATTRIBUTE_LIMIT);
  }

  @Test
  void replacesBytesThatAreNoText() {
    HostTree host = host().bytes("sys/a", new byte[] {'x', (byte) 0xff, 'y', '\n'});
    assertThat(kernel(host).read("sys/a")).isEqualTo(Fact.known("x\ufffdy"));
  }

  @Test
  void saysWhatIsADirectoryOrNoLink() {
    HostTree host = host().file("sys/a", "");
    assertThat(why(kernel(host).read("sys"))).isEqualTo("Is a directory");
    assertThat(why(kernel(host).list("sys/a"))).isEqualTo("Not a directory");
    assertThat(why(kernel(host).link("sys/a"))).isEqualTo("Not a symbolic link");
  }

  @Test
  void survivesNamesThatNoPathCanHave() {
    FileKernel kernel = kernel(host());
    assertThat(kernel.read("sys/a\0b")).isNotInstanceOf(Fact.Known.class);
    assertThat(kernel.list("sys/a\0b")).isNotInstanceOf(Fact.Known.class);
    assertThat(kernel.exists("sys/a\0b")).isFalse();
  }

  @Test
  void readsTheRunningHostAsItIs() {
    FileKernel live = new FileKernel(Path.of("/"));
    assertThat(live.isConfined()).isFalse();
    assertThat(live.read("proc/self/comm").or("")).isNotEmpty();
    assertThat(live.list("proc/self").or(List.of())).contains("comm");
    assertThat(live.link("proc/self").or("")).matches("\\d+");
    assertThat(live.resolve("proc/self").or("")).matches("proc/\\d+");
    assertThat(live.read("proc/no-such-file")).isEqualTo(Fact.absent());
    assertThat(why(live.read("proc/self"))).isEqualTo("Is a directory");
  }
}
