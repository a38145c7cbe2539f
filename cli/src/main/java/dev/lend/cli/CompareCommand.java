package dev.lend.cli;

import dev.lend.advise.Comparison;
import dev.lend.advise.Means;
import dev.lend.json.Json;
import dev.lend.model.Fact;
import dev.lend.sysfs.PathFacts;
import java.util.ArrayList;
import java.util.List;

/** virtio against direct assignment, point by point, with what is true on this host. */
final class CompareCommand implements Command {
  private static final int COLUMN = 14;

  @Override
  public String name() {
    return "compare";
  }

  @Override
  public Group group() {
    return Group.LOOK;
  }

  @Override
  public String summary() {
    return "Compare virtio with a VF and a whole card, and say what is true on this host";
  }

  @Override
  public List<String> examples() {
    return List.of(
        "lend compare",
        "operation, interrupts, migration, scalability, performance, host load, cloud fit");
  }

  @Override
  public Syntax syntax() {
    return Context.state(Context.root(Context.json(Syntax.none())));
  }

  @Override
  public ExitCode run(Arguments arguments, Context context) {
    HostMeans here = HostMeans.read(arguments, context);
    if (arguments.has("--json")) {
      context.out().print(json(here).pretty());
    } else {
      text(here, new Paragraphs(context));
    }
    return ExitCode.DONE;
  }

  private static void text(HostMeans here, Paragraphs out) {
    for (Comparison line : Comparison.all()) {
      out.line(Paragraphs.Ink.BOLD, line.point().id().replace('-', ' '));
      out.marked("  virtio", Paragraphs.Ink.DIM, COLUMN, line.virtio());
      out.marked("  VF", Paragraphs.Ink.DIM, COLUMN, line.vf());
      out.marked("  whole card", Paragraphs.Ink.DIM, COLUMN, line.card());
      out.marked("  this host", Paragraphs.Ink.GREEN, COLUMN, here(line.point(), here));
      out.blank();
    }
  }

  private static String here(Comparison.Point point, HostMeans here) {
    Means means = here.means();
    return switch (point) {
      case OPERATION ->
          (means.vhost() ? "has vhost_net" : "has no vhost_net: QEMU moves the packets")
              + (means.iommu() ? "; an IOMMU is at work" : "; no IOMMU is at work (lend check)");
      case INTERRUPTS ->
          switch (PathFacts.postsInterrupts(here.kernel())) {
            case Fact.Known<Boolean>(Boolean posts) ->
                posts
                    ? "the IOMMU posts interrupts to running guests, and KVM uses it"
                    : "interrupts go through the host's kernel: the IOMMU cannot post them, or KVM"
                        + " does not use it";
            case Fact.Absent<Boolean>() -> "no IOMMU shows whether it can post interrupts";
            case Fact.Unreadable<Boolean>(String path, String why) -> path + ": " + why;
          };
      case MIGRATION ->
          lent(here) == 0
              ? "no device is lent: nothing of Lend's keeps a guest here"
              : "keeps guests with " + count(lent(here), "lent device", "lent devices") + " here";
      case SCALABILITY ->
          "can give "
              + count(means.vfs(), "VF", "VFs")
              + " at once, and "
              + count(means.cards().size(), "whole card", "whole cards");
      case PERFORMANCE -> "not measured";
      case HOST_LOAD -> "not measured";
      case CLOUD_FIT ->
          "has "
              + count(means.pfs().size(), "network card with VFs", "network cards with VFs")
              + (means.pfs().isEmpty() ? "" : " (lend vf list says what each can be held to)");
    };
  }

  private static String count(int number, String one, String several) {
    return number + " " + (number == 1 ? one : several);
  }

  private static int lent(HostMeans here) {
    return here.ledger().loans().size();
  }

  private static Json json(HostMeans here) {
    List<Json> points = new ArrayList<>();
    for (Comparison line : Comparison.all()) {
      points.add(
          Json.object()
              .put("point", line.point().id())
              .put("virtio", line.virtio())
              .put("vf", line.vf())
              .put("card", line.card())
              .put("here", here(line.point(), here))
              .put("source", line.source())
              .build());
    }
    return Json.object().put("points", new Json.Arr(points)).build();
  }
}
