package dev.lend.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.junit.jupiter.api.Test;

class RtnetlinkTest {
  private static final byte[] BODY = new byte[Abi.IFINFOMSG];

  private final ScriptedKernel kernel = new ScriptedKernel();
  private final Rtnetlink netlink = new Rtnetlink(kernel);

  private static byte[] link(int sequence, int flags) {
    return ScriptedKernel.message(Abi.RTM_NEWLINK, flags | Abi.NLM_F_MULTI, sequence, BODY);
  }

  @Test
  void takesAnAcknowledgementForASuccess() throws NetRefusal {
    kernel.says(ScriptedKernel.acknowledgement(1)).says(ScriptedKernel.acknowledgement(2));
    netlink.change("test", LinkCodec.setUp(3, true));
    netlink.change("test", LinkCodec.setUp(3, false));
    assertThat(kernel.requests).hasSize(2);
  }

  @Test
  void saysWhatTheKernelSays() {
    kernel.says(ScriptedKernel.refusal(1, 16, "Device is in use", 0));
    NetRefusal refusal =
        catchThrowableOfType(
            NetRefusal.class, () -> netlink.change("set the MTU 9", LinkCodec.set(3)));
    assertThat(refusal.errno()).isEqualTo(Errno.EBUSY);
    assertThat(refusal).hasMessage("set the MTU 9: Device is in use (Device or resource busy)");
  }

  @Test
  void findsTheWordsBehindARequestThatIsRepeated() {
    kernel.says(ScriptedKernel.refusal(1, 95, "Not here", 41));
    NetRefusal refusal =
        catchThrowableOfType(NetRefusal.class, () -> netlink.change("x", LinkCodec.set(3)));
    assertThat(refusal.unsupported()).isTrue();
    assertThat(refusal).hasMessage("x: Not here (Operation not supported)");
  }

  @Test
  void namesAnErrorThatItDoesNotKnowByItsNumber() {
    kernel.says(ScriptedKernel.refusal(1, 4242, "", 0));
    assertThatThrownBy(() -> netlink.change("x", LinkCodec.set(3))).hasMessage("x: Error 4242");
  }

  @Test
  void putsADumpOfSeveralDatagramsTogetherAndLeavesOutWhatIsNotItsOwn() throws NetRefusal {
    kernel.says(link(7, 0), link(1, 0), link(1, 0)).says(link(1, 0), ScriptedKernel.done(1));
    assertThat(netlink.dump("list", LinkCodec.dump())).hasSize(3);
  }

  @Test
  void asksAgainWhereTheListChangedWhileItWasTold() throws NetRefusal {
    kernel
        .says(link(1, 0), link(1, Abi.NLM_F_DUMP_INTR), ScriptedKernel.done(1))
        .says(link(2, 0), ScriptedKernel.done(2));
    assertThat(netlink.dump("list", LinkCodec.dump())).hasSize(1);
    assertThat(kernel.requests).hasSize(2);
  }

  @Test
  void asksAgainWhereOnlyTheEndTellsThatTheListChanged() throws NetRefusal {
    byte[] end = ScriptedKernel.message(Abi.NLMSG_DONE, Abi.NLM_F_DUMP_INTR, 1, new byte[4]);
    kernel.says(link(1, 0), end).says(ScriptedKernel.done(2));
    assertThat(netlink.dump("list", LinkCodec.dump())).isEmpty();
  }

  @Test
  void givesUpOnAListThatNeverKeepsStill() {
    for (int i = 1; i < 100; i++) {
      kernel.says(link(i, Abi.NLM_F_DUMP_INTR), ScriptedKernel.done(i));
    }
    NetRefusal refusal =
        catchThrowableOfType(NetRefusal.class, () -> netlink.dump("list", LinkCodec.dump()));
    assertThat(refusal.errno()).isEqualTo(Errno.EINTR);
  }

  @Test
  void seesAnErrorAtTheEndOfADump() {
    byte[] end = ScriptedKernel.message(Abi.NLMSG_DONE, 0, 1, new byte[] {-22, -1, -1, -1});
    kernel.says(link(1, 0), end);
    NetRefusal refusal =
        catchThrowableOfType(NetRefusal.class, () -> netlink.dump("list", LinkCodec.dump()));
    assertThat(refusal.errno()).isEqualTo(Errno.EINVAL);
  }

  @Test
  void doesNotTakeTwoAnswersForOne() {
    kernel.says(link(1, 0), link(1, 0), ScriptedKernel.acknowledgement(1));
    NetRefusal refusal =
        catchThrowableOfType(NetRefusal.class, () -> netlink.ask("ask", LinkCodec.withVfs(3)));
    assertThat(refusal.errno()).isEqualTo(Errno.EBADMSG);
  }

  @Test
  void refusesMessagesThatAreLongerThanWhatCame() {
    byte[] message = link(1, 0);
    message[0] = 127;
    kernel.says(message);
    NetRefusal refusal =
        catchThrowableOfType(NetRefusal.class, () -> netlink.dump("list", LinkCodec.dump()));
    assertThat(refusal.errno()).isEqualTo(Errno.EBADMSG);
  }
}
