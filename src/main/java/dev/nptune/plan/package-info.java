/// From findings to an ordered list of changes. Pure.
@NullMarked
package dev.nptune.plan;

import org.jspecify.annotations.NullMarked;
