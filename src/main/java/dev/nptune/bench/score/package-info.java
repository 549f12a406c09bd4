/// Scores of 3DMark.
@NullMarked
package dev.nptune.bench.score;

import org.jspecify.annotations.NullMarked;
