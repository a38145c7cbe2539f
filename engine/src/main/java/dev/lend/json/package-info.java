@NullMarked
package dev.lend.json;

import org.jspecify.annotations.NullMarked;
