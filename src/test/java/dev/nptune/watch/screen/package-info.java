@NullMarked
package dev.nptune.watch.screen;

import org.jspecify.annotations.NullMarked;
