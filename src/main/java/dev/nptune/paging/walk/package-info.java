/// Walks through page tables, one address at a time, in one dimension or two.
@NullMarked
package dev.nptune.paging.walk;

import org.jspecify.annotations.NullMarked;
