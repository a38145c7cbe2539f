/** What the errors of kernel, QEMU, libvirt and drivers mean: cause, check, remedy. */
@NullMarked
package dev.lend.explain;

import org.jspecify.annotations.NullMarked;
