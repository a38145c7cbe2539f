@NullMarked
package dev.lend.cli;

import org.jspecify.annotations.NullMarked;
