@NullMarked
package dev.nptune.bench.metric;

import org.jspecify.annotations.NullMarked;
