package dev.lend.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GuestTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "web1",
        "4dea22b3-1d52-d8f3-2516-782e98ab3fa0",
        "it's a guest",
        "a@b",
        "über",
        "web1@qemu:///session",
        "a@b@qemu+unix:///system?socket=/run/a@b",
        "qemu",
        "qmp:/run/web1.sock"
      })
  void whatNamesAGuestIsReadBackAsTheSame(String text) {
    Guest guest = Guest.parse(text).orElseThrow();

    assertThat(guest).hasToString(text);
    assertThat(Guest.parse(guest.toString())).contains(guest);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "qmp:",
        "qmp:run/web1.sock",
        "/run/web1.sock",
        "a/b",
        "a\nb",
        "a\u001b[31m",
        "a\ud800",
        "@qemu:///system",
        "web1@qemu+ssh://elsewhere/system",
        "web1@://system",
        "web1@QEMU:///system"
      })
  void whatNamesNoneIsRefused(String text) {
    assertThat(Guest.parse(text)).isEmpty();
  }

  @Test
  void aDomainOfTheSystemsLibvirtGoesByItsNameAlone() {
    assertThat(Guest.parse("web1")).contains(new Guest.Domain("web1", "qemu:///system"));
    assertThat(Guest.parse("web1@qemu:///session"))
        .contains(new Guest.Domain("web1", "qemu:///session"));
  }

  @Test
  void aSocketIsNamedByItsAbsolutePath() {
    assertThat(Guest.parse("qmp:/run/a b.sock")).contains(new Guest.Qemu("/run/a b.sock"));
    assertThat(Guest.parse("qmp:/a\0b")).isEmpty();
    assertThatIllegalArgumentException().isThrownBy(() -> new Guest.Qemu("a.sock"));
  }

  @Test
  void noGuestIsMadeThatCouldNotBeReadBack() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Guest.Domain("qmp:/run/web1.sock"));
    assertThatIllegalArgumentException().isThrownBy(() -> new Guest.Domain("a/b"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Guest.Domain("web1", "qemu+ssh://elsewhere/system"));
  }
}
