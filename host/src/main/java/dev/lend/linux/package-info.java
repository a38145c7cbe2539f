/**
 * Native calls: the C library, and what Lend asks of the kernel by netlink and of NVMe controllers.
 */
@NullMarked
package dev.lend.linux;

import org.jspecify.annotations.NullMarked;
