/// Known mistakes in patches, found in the text itself, since a damaged patch may not be readable as one.
@NullMarked
package dev.nptune.kernel.lint;

import org.jspecify.annotations.NullMarked;
