/// Measurements and their comparison.
@NullMarked
package dev.nptune.bench;

import org.jspecify.annotations.NullMarked;
