@NullMarked
package dev.lend.gen;

import org.jspecify.annotations.NullMarked;
