@NullMarked
package dev.nptune.paging.space;

import org.jspecify.annotations.NullMarked;
