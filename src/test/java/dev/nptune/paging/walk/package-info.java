@NullMarked
package dev.nptune.paging.walk;

import org.jspecify.annotations.NullMarked;
