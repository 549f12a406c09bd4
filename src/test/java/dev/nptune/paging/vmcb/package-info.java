@NullMarked
package dev.nptune.paging.vmcb;

import org.jspecify.annotations.NullMarked;
