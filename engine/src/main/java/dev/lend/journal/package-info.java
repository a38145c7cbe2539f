@NullMarked
package dev.lend.journal;

import org.jspecify.annotations.NullMarked;
