/** Native calls: the C library, and what Lend asks of the kernel by netlink. */
@NullMarked
package dev.lend.linux;

import org.jspecify.annotations.NullMarked;
