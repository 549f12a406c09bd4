/// Memory types: PAT, MTRRs, and what the processor makes of them.
@NullMarked
package dev.nptune.paging.type;

import org.jspecify.annotations.NullMarked;
