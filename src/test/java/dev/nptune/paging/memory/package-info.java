@NullMarked
package dev.nptune.paging.memory;

import org.jspecify.annotations.NullMarked;
