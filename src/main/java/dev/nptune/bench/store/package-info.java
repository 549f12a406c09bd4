/// Results that are kept, so that what changed since can be told.
@NullMarked
package dev.nptune.bench.store;

import org.jspecify.annotations.NullMarked;
