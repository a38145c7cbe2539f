package dev.lend.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class VfDriversTest {
  private static final Path PAGE = Path.of("../docs/sriov.md");

  /** The page leaves out what most of the paths start with. */
  private static final String ETHERNET = "drivers/net/ethernet/";

  @Test
  void thePageOfTheManualHasEveryDriverWithItsSource() throws IOException {
    String page = Files.readString(PAGE);
    for (VfDrivers driver : VfDrivers.ALL) {
      assertThat(page).as(driver.name()).contains("`" + driver.name() + "`");
      String shown =
          driver.source().startsWith(ETHERNET)
              ? driver.source().substring(ETHERNET.length())
              : driver.source().contains("/qat/") ? "drivers/crypto/intel/qat/" : driver.source();
      assertThat(page).as(driver.name()).contains("`" + shown);
    }
  }

  @Test
  void noDriverIsThereTwice() {
    assertThat(VfDrivers.ALL).extracting(VfDrivers::name).doesNotHaveDuplicates();
  }
}
