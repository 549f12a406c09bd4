@NullMarked
package dev.nptune.bench.capture;

import org.jspecify.annotations.NullMarked;
