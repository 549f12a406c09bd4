@NullMarked
package dev.nptune.watch;

import org.jspecify.annotations.NullMarked;
