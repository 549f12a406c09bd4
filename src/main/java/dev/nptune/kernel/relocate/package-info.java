/// Places hunks whose context has changed since the patch was made, by likeness and by the structure of the
/// file, or says why it does not. What it cannot place for certain it refuses: a patch in the wrong place
/// compiles.
@NullMarked
package dev.nptune.kernel.relocate;

import org.jspecify.annotations.NullMarked;
