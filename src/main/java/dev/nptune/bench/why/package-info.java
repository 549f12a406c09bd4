/// Which of the host's events coincide with stutters of the guest. Nothing here reads a file or a clock.
@NullMarked
package dev.nptune.bench.why;

import org.jspecify.annotations.NullMarked;
