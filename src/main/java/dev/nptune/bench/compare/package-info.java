/// How far two sets of runs are from each other, a run being one capture of the same scene: interval, exact p, verdict.
/// Nothing here reads a file or a clock; the same runs and the same seed give the same answer.
@NullMarked
package dev.nptune.bench.compare;

import org.jspecify.annotations.NullMarked;
