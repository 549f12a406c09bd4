/// Page tables as QEMU sees them.
@NullMarked
package dev.nptune.paging.qemu;

import org.jspecify.annotations.NullMarked;
