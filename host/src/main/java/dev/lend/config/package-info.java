/** What a host's PFs shall be, in files that people write. */
@NullMarked
package dev.lend.config;

import org.jspecify.annotations.NullMarked;
