/// Patches as values: read, compared with a tree, applied. Text is ISO 8859-1, so that every byte of a file is one
/// character and comes out as it went in.
@NullMarked
package dev.nptune.kernel.diff;

import org.jspecify.annotations.NullMarked;
