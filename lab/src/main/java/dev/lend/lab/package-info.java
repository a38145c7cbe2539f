@NullMarked
package dev.lend.lab;

import org.jspecify.annotations.NullMarked;
