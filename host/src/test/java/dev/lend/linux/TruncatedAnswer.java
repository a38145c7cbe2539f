package dev.lend.linux;

/** A kernel that leaves VFs out of its answer, as old ones did where they did not fit. */
public final class TruncatedAnswer {
  private TruncatedAnswer() {}

  /** What is said to that. */
  public static String message() {
    byte[] link = ScriptedKernel.body(CodecTest.linkWithVfs(252, 200));
    ScriptedKernel kernel =
        new ScriptedKernel()
            .says(
                ScriptedKernel.message(Abi.RTM_NEWLINK, 0, 1, link),
                ScriptedKernel.acknowledgement(1));
    try {
      VfCodec.decode(new Rtnetlink(kernel).ask("list the VFs", LinkCodec.withVfs(5)));
      throw new AssertionError("the VFs that are missing were not missed");
    } catch (NetRefusal refusal) {
      throw new AssertionError(refusal);
    } catch (Malformed malformed) {
      String why = String.valueOf(malformed.getMessage());
      return String.valueOf(new NetRefusal("list the VFs", Errno.EBADMSG, why).getMessage());
    }
  }
}
