package dev.lend.config;

import dev.lend.model.DeclaredPf;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;

/**
 * What the files say that a host's PFs and VFs shall be; docs/vf-file.md says what is in such a
 * file.
 *
 * @param pfs the PFs of which everything was understood, in the order of the files; the same PF is
 *     there once
 * @param problems all that is wrong, by file and line. Whoever is there to be asked should be told
 *     and nothing be done; at boot, the PFs that nothing is wrong with are still to be had.
 */
public record Declarations(List<DeclaredPf> pfs, List<Problem> problems) {
  /** Where the files are that count at boot. */
  public static final Path FOLDER = Path.of("/etc/lend");

  /** Keeps copies. */
  public Declarations {
    pfs = List.copyOf(pfs);
    problems = List.copyOf(problems);
  }

  /** True where nothing is wrong. */
  public boolean sound() {
    return problems.isEmpty();
  }

  /**
   * Reads what a person named, a file or a folder with files; that it is not there is a problem.
   */
  public static Declarations named(Path place) {
    DeclarationReader reader = new DeclarationReader(CarefulFiles.ofThisProcess());
    if (Files.isDirectory(place)) {
      reader.folder(place);
    } else {
      reader.file(place);
    }
    return reader.result();
  }

  /** Reads the {@code *.yaml} of a folder; where there is no folder, nothing is declared. */
  public static Declarations inFolder(Path folder) {
    return Files.exists(folder, LinkOption.NOFOLLOW_LINKS)
        ? named(folder)
        : new Declarations(List.of(), List.of());
  }

  /**
   * A file for one PF, which read again says the same.
   *
   * @throws IllegalArgumentException no file could say this: a VLAN of 5000, a name with a slash
   */
  public static String write(DeclaredPf pf) {
    return DeclarationWriter.write(pf);
  }
}
