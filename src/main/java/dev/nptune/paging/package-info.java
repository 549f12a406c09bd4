/// Page tables, memory types, VMCBs, TLB and walk models. No I/O beyond mapped memory.
@NullMarked
package dev.nptune.paging;

import org.jspecify.annotations.NullMarked;
