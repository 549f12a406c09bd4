@NullMarked
package dev.nptune.plan.boot;

import org.jspecify.annotations.NullMarked;
