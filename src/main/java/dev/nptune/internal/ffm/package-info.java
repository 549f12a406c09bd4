/// Native calls that the JDK has no equal for.
@NullMarked
package dev.nptune.internal.ffm;

import org.jspecify.annotations.NullMarked;
