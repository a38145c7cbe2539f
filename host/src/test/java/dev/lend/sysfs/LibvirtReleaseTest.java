package dev.lend.sysfs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LibvirtReleaseTest {
  private static MapKernel library(String name) {
    return new MapKernel().link("usr/lib64/libvirt.so.0", name);
  }

  @Test
  void theLibrarysNameSaysWhichItIs() {
    assertThat(LibvirtRelease.version(library("libvirt.so.0.11003.0"))).contains("11.3.0");
    assertThat(LibvirtRelease.version(library("libvirt.so.0.x"))).isEmpty();
    assertThat(LibvirtRelease.version(new MapKernel())).isEmpty();
  }

  @Test
  void foldersOfHooksAreReadFromVersionSixPointFiveOn() {
    assertThat(LibvirtRelease.readsHookFolders(library("libvirt.so.0.6000.0"))).isFalse();
    assertThat(LibvirtRelease.readsHookFolders(library("libvirt.so.0.6004.0"))).isFalse();
    assertThat(LibvirtRelease.readsHookFolders(library("libvirt.so.0.6005.0"))).isTrue();
    assertThat(LibvirtRelease.readsHookFolders(library("libvirt.so.0.11003.0"))).isTrue();
    assertThat(LibvirtRelease.readsHookFolders(new MapKernel())).as("not to be seen").isTrue();
  }
}
