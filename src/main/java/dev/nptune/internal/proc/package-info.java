/// Child processes.
@NullMarked
package dev.nptune.internal.proc;

import org.jspecify.annotations.NullMarked;
