package dev.lend.lab;

/** The image is not as it was built; the message says which file and how. */
final class DamagedImage extends Exception {
  private static final long serialVersionUID = 1L;

  DamagedImage(String message) {
    super(message);
  }
}
