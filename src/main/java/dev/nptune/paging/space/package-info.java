/// Whole address spaces: every mapping in order, page sizes, what keeps pages small.
@NullMarked
package dev.nptune.paging.space;

import org.jspecify.annotations.NullMarked;
