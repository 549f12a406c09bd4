@NullMarked
package dev.nptune.paging.tlb;

import org.jspecify.annotations.NullMarked;
