package dev.lend.sysfs;

import dev.lend.model.Fact;
import java.util.List;

/**
 * Finds the SSH session that somebody asks from. {@code sudo} and {@code su -} take the variable
 * away that tells, but the shell above them still has it.
 */
public final class SshSession {
  private static final String VARIABLE = "SSH_CONNECTION=";
  private static final int MOST_ANCESTORS = 32;

  private SshSession() {}

  /**
   * The value of {@code SSH_CONNECTION} (sshd(8)).
   *
   * @param own what this process has of it; empty text for none
   */
  public static String connection(KernelReader kernel, String own) {
    if (!own.isEmpty()) {
      return own;
    }
    String pid = "self";
    for (int i = 0; i < MOST_ANCESTORS; i++) {
      pid = parent(kernel, pid);
      if (pid.isEmpty() || pid.equals("0") || pid.equals("1")) {
        return "";
      }
      for (String variable : kernel.read("proc/" + pid + "/environ").or("").split("\0", -1)) {
        if (variable.startsWith(VARIABLE)) {
          return variable.substring(VARIABLE.length());
        }
      }
    }
    return "";
  }

  /** The field after the state, which comes after the name in brackets (proc_pid_stat(5)). */
  private static String parent(KernelReader kernel, String pid) {
    if (!(kernel.read("proc/" + pid + "/stat") instanceof Fact.Known<String>(String text))) {
      return "";
    }
    List<String> words = Facts.words(text.substring(text.lastIndexOf(')') + 1));
    return words.size() > 1 && SysPath.number(words.get(1), 0, words.get(1).length()) >= 0
        ? words.get(1)
        : "";
  }
}
