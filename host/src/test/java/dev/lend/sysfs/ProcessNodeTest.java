package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessNodeTest {
  private final MapKernel kernel =
      new MapKernel()
          .file("sys/devices/system/node/node0/cpulist", "0-3,8-11")
          .file("sys/devices/system/node/node1/cpulist", "4-7,12-15")
          .file("sys/devices/system/node/possible", "0-1");
  private final ProcessNode nodes = new ProcessNode(kernel);

  private void thread(int thread, String processors) {
    kernel.file(
        "proc/42/task/" + thread + "/status",
        "Name:\tCPU 0/KVM\nCpus_allowed:\tffff\nCpus_allowed_list:\t" + processors);
  }

  private void named(int thread, String name, String processors) {
    kernel.file(
        "proc/42/task/" + thread + "/status",
        "Name:\t" + name + "\nCpus_allowed_list:\t" + processors);
  }

  private void line(String... words) {
    kernel.file(
        "proc/42/cmdline",
        (String.join("\0", words) + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void memory(String list) {
    kernel.file("proc/42/status", "Name:\tqemu\nMems_allowed_list:\t" + list);
  }

  @Test
  void whereItMayHaveMemoryComesFirst() {
    memory("1");
    thread(42, "0-3");
    assertThat(nodes.of(42)).hasValue(1);
  }

  @Test
  void whatQemuWasToldOfItsMemoryComesBeforeAll() {
    memory("1");
    line("qemu", "-object", "memory-backend-ram,id=m0,size=1G,host-nodes=0,policy=bind");
    assertThat(nodes.of(42)).hasValue(0);
    line(
        "qemu",
        "-object",
        "{\"qom-type\":\"memory-backend-ram\",\"id\":\"pc.ram\",\"host-nodes\":[0],\"policy\":\"bind\"}");
    assertThat(nodes.of(42)).hasValue(0);
    line("qemu", "-object", "memory-backend-ram,id=m0,host-nodes=0-1,policy=interleave");
    assertThat(nodes.of(42)).as("on both: by where it may have memory").hasValue(1);
    line("qemu", "-name", "host-nodes=0");
    assertThat(nodes.of(42)).as("no memory backend").hasValue(1);
  }

  @Test
  void ofAQemuThatNamesItsThreadsThoseOfTheGuestCountAlone() {
    memory("0-1");
    named(42, "qemu-system-x86", "0-15");
    named(43, "CPU 0/KVM", "4");
    named(44, "CPU 1/KVM", "12-13");
    assertThat(nodes.of(42)).hasValue(1);
    named(44, "CPU 1/KVM", "0");
    assertThat(nodes.of(42)).isEmpty();
  }

  @Test
  void thenTheNodeThatHasAllProcessorsOnWhichItMayRun() {
    memory("0-1");
    thread(42, "4-5");
    thread(43, "12");
    kernel.file("proc/42/numa_maps", "7f0000000000 default anon=90 N0=90 kernelpagesize_kB=4");
    assertThat(nodes.of(42)).hasValue(1);
    thread(44, "0");
    assertThat(nodes.of(42)).as("one thread is elsewhere: by its memory").hasValue(0);
  }

  @Test
  void thenTheNodeWithMoreThanHalfOfItsMemoryWhateverTheSizeOfThePages() {
    memory("0-1");
    thread(42, "0-15");
    kernel.file(
        "proc/42/numa_maps",
        "55d0 default file=/usr/bin/qemu mapped=100 N0=100 kernelpagesize_kB=4\n"
            + "7f00 bind:1 huge anon=3 N1=3 kernelpagesize_kB=2048");
    assertThat(nodes.of(42)).hasValue(1);
    kernel.file("proc/42/numa_maps", "7f00 interleave:0-1 anon=8 N0=4 N1=4 kernelpagesize_kB=2048");
    assertThat(nodes.of(42)).as("half of it on each").isEmpty();
  }

  @Test
  void whatCannotBeSeenIsNoNode() {
    assertThat(nodes.of(42)).isEmpty();
    kernel.file("proc/42/status", "Mems_allowed_list:\t-,x,5-\n");
    kernel.file("proc/42/numa_maps", "N=1 Nx=2 N0= kernelpagesize_kB=\n");
    assertThat(nodes.of(42)).isEmpty();
  }

  @Test
  void withOneNodeItDoesNotMatter() {
    assertThat(nodes.matters()).isTrue();
    assertThat(
            new ProcessNode(new MapKernel().file("sys/devices/system/node/node0/cpulist", "0-3"))
                .matters())
        .isFalse();
    assertThat(new ProcessNode(new MapKernel()).matters()).isFalse();
  }
}
