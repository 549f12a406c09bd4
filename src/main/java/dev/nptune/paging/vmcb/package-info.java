/// Virtual machine control blocks: where they are and what they say.
@NullMarked
package dev.nptune.paging.vmcb;

import org.jspecify.annotations.NullMarked;
