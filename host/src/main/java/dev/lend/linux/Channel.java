package dev.lend.linux;

/** A way to the kernel for netlink datagrams. */
interface Channel extends AutoCloseable {
  /**
   * Sends a request.
   *
   * @throws NetRefusal it could not be sent
   */
  void send(byte[] message) throws NetRefusal;

  /**
   * The next datagram, which may hold several messages.
   *
   * @throws NetRefusal none came in time, or it could not be taken whole
   */
  byte[] receive() throws NetRefusal;

  @Override
  void close();
}
