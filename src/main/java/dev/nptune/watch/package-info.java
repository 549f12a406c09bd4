/// What the host does while a VM runs: sampled live, and recorded.
@NullMarked
package dev.nptune.watch;

import org.jspecify.annotations.NullMarked;
