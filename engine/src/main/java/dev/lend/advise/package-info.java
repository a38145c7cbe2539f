/** Which way a guest's packets should take: rules, what the host has, and what they come to. */
@NullMarked
package dev.lend.advise;

import org.jspecify.annotations.NullMarked;
