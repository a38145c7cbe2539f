package dev.lend.model;

import java.util.Locale;

/** Whom a VF is for. */
public enum VfUse {
  /** Guests: no driver of the host takes it when it is made. */
  GUESTS,
  /** The host itself, a container on it: its driver takes it. */
  HOST;

  /** As options, files and JSON have it. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
