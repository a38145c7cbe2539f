@NullMarked
package dev.lend.plan;

import org.jspecify.annotations.NullMarked;
