/// Text for terminals: tables, durations, escaping.
@NullMarked
package dev.nptune.internal.text;

import org.jspecify.annotations.NullMarked;
