@NullMarked
package dev.lend.libvirt;

import org.jspecify.annotations.NullMarked;
