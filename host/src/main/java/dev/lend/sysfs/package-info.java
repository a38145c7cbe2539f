@NullMarked
package dev.lend.sysfs;

import org.jspecify.annotations.NullMarked;
