@NullMarked
package dev.lend.model;

import org.jspecify.annotations.NullMarked;
