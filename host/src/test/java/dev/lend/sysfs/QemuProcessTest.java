package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class QemuProcessTest {
  private final MapKernel kernel = new MapKernel();

  private void process(int pid, String... words) {
    kernel.file(
        "proc/" + pid + "/cmdline",
        (String.join("\0", words) + "\0").getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private QemuProcess only() {
    List<QemuProcess> all = QemuProcess.all(kernel);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  @Test
  void readsNameAndMonitorsInEachWayToWriteThem() {
    process(
        7,
        "/usr/bin/qemu-system-x86_64",
        "-name",
        "guest=web1,debug-threads=on",
        "-qmp",
        "unix:/run/a.sock,server=on,wait=off",
        "--qmp-pretty",
        "unix:b.sock,server=on",
        "-qmp",
        "tcp:localhost:4444,server=on",
        "-chardev",
        "socket,id=mon0,path=/run/c.sock,server=on",
        "-mon",
        "chardev=mon0,mode=control",
        "-chardev",
        "socket,id=human,path=/run/d.sock,server=on",
        "-mon",
        "human,mode=readline");
    kernel.link("proc/7/cwd", "/home/me");

    assertThat(only())
        .isEqualTo(
            new QemuProcess(
                7,
                Optional.of("web1"),
                Optional.empty(),
                List.of("/run/a.sock", "/home/me/b.sock", "/run/c.sock"),
                false));
  }

  @Test
  void knowsWhatLibvirtStarted() {
    process(
        8,
        "/usr/bin/qemu-system-x86_64",
        "-name",
        "guest=web1",
        "-uuid",
        "4dea22b3-1d52-d8f3-2516-782e98ab3fa0",
        "-chardev",
        "socket,id=charmonitor,fd=25,server=on,wait=off",
        "-mon",
        "chardev=charmonitor,id=monitor,mode=control");

    assertThat(only().libvirts()).isTrue();
    assertThat(only().uuid()).contains("4dea22b3-1d52-d8f3-2516-782e98ab3fa0");
    assertThat(only().monitors()).isEmpty();
  }

  @Test
  void whatIsNoGuestIsLeftOut() {
    process(1, "/sbin/init");
    process(2, "qemu-img", "convert", "a", "b");
    process(4, "vim", "qemu-system-x86_64", "x");
    kernel.file("proc/5/comm", "kthreadd");

    assertThat(QemuProcess.all(kernel)).isEmpty();
  }
}
