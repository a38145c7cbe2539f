package dev.lend.explain;

/** Writes the page of the manual that lists the errors. */
final class ErrorsPage {
  private ErrorsPage() {}

  static String write() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        <!-- Made from the table in dev.lend.explain: mvn -pl engine test -Dtest=ErrorsPageTest -Dgolden.update=true -->
        # Errors, and what to do about them

        What the kernel, QEMU, libvirt and drivers say when lending a device does not work, why they say it, where to look,
        and what to do next. Lend prints this below an error of its own. For one that came from elsewhere:

            lend explain group-not-viable                 one error of this page, by its name
            lend explain 'vfio 0000:01:00.0: group 1 is not viable'
            dmesg | lend explain -                        whatever is known of what was said

        In the texts, `DEVICE` stands for the address of the function (as in `0000:01:10.0`), `PF-ADDRESS` for that of the
        physical function, `PF-INTERFACE` for its network interface, and `N` for the number of a VF. A message is known by
        pieces of it; a star stands for anything between them.

        """);
    troubles(page);
    for (Topic topic : Topic.values()) {
      page.append("\n## ").append(topic.title()).append('\n');
      for (KnownError error : KnownErrors.all()) {
        if (error.topic() == topic) {
          entry(page, error);
        }
      }
    }
    return page.toString();
  }

  private static void troubles(StringBuilder page) {
    page.append("## What people run into\n\n");
    for (Trouble trouble : Trouble.ALL) {
      page.append("- **").append(trouble.title()).append(".**");
      String separator = " ";
      for (String name : trouble.errors()) {
        page.append(separator).append('[').append(name).append("](#").append(name).append(')');
        separator = ", ";
      }
      page.append(trouble.errors().isEmpty() ? "" : ".");
      page.append(trouble.silent().isEmpty() ? "" : " ").append(trouble.silent()).append('\n');
    }
  }

  private static void entry(StringBuilder page, KnownError error) {
    page.append("\n### ").append(error.name()).append("\n\n");
    page.append("    ").append(error.example()).append("\n\n");
    page.append("- **Cause:** ").append(text(error.cause())).append('\n');
    page.append("- **Check:** ").append(text(error.check())).append('\n');
    page.append("- **Remedy:** ").append(text(error.remedy())).append('\n');
    page.append("- **Known by:** ");
    String separator = "";
    for (Phrase phrase : error.phrases()) {
      page.append(separator).append('`').append(phrase).append('`');
      separator = "; ";
    }
    page.append("\n- **Source:** ").append(text(error.source())).append('\n');
    page.append("- **Provoked by a test:** ");
    separator = "";
    for (Provoked.Where where : Provoked.of(error)) {
      page.append(separator).append(where.text());
      separator = ", ";
    }
    page.append(".\n");
  }

  /** What Markdown would take for marks of its own. */
  private static String text(String text) {
    return text.replace("*", "\\*").replace("_", "\\_").replace("<", "&lt;");
  }
}
