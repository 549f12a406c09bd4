/// Kernel arguments in the configuration of boot loaders: what to edit and what to build anew afterwards. Pure.
@NullMarked
package dev.nptune.plan.boot;

import org.jspecify.annotations.NullMarked;
