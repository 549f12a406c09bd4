/// A machine as records: what was read, where from, and what could not be read.
@NullMarked
package dev.nptune.host;

import org.jspecify.annotations.NullMarked;
