@NullMarked
package dev.nptune.paging.type;

import org.jspecify.annotations.NullMarked;
