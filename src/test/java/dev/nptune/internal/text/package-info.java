/// Tests of text for terminals.
@NullMarked
package dev.nptune.internal.text;

import org.jspecify.annotations.NullMarked;
