/// Tests of native calls.
@NullMarked
package dev.nptune.internal.ffm;

import org.jspecify.annotations.NullMarked;
