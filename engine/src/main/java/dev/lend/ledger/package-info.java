@NullMarked
package dev.lend.ledger;

import org.jspecify.annotations.NullMarked;
