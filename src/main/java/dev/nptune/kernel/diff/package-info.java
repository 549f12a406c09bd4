/// Patches as values: read, compared with a tree, applied. Names and lines are ISO 8859-1, so that every byte of a
/// file is one character and comes out as it went in; what a mail says in words is Unicode.
@NullMarked
package dev.nptune.kernel.diff;

import org.jspecify.annotations.NullMarked;
