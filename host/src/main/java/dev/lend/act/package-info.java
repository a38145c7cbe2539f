@NullMarked
package dev.lend.act;

import org.jspecify.annotations.NullMarked;
