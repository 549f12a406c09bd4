/// A machine's physical memory, out of a file.
@NullMarked
package dev.nptune.paging.memory;

import org.jspecify.annotations.NullMarked;
