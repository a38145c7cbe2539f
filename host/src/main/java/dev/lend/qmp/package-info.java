@NullMarked
package dev.lend.qmp;

import org.jspecify.annotations.NullMarked;
