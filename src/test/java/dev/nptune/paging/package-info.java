@NullMarked
package dev.nptune.paging;

import org.jspecify.annotations.NullMarked;
