/// Translation lookaside buffers: how large they are and how much memory they reach.
@NullMarked
package dev.nptune.paging.tlb;

import org.jspecify.annotations.NullMarked;
